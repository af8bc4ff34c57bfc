import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { calls } from '../../src/calls/call.table.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { callChunkMarks, callChunks } from '../../src/columnar/store/call-chunk.table.ts';
import { findState } from '../../src/columnar/store/find-state.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(() => app.database.db.execute(sql`truncate ${calls}, ${callChunks}, ${callChunkMarks}`));
afterAll(() => app.close());

const packedAt = Date.parse('2026-03-01T00:00:00Z');

/** What is written at one moment, which may be the last one again, or an earlier one: the clock steps back. */
type Write = { later: number; count: number; again: number; deleted: boolean };

const writes = fc.array(
  fc.record({
    later: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 50 }) }, fc.integer({ min: -200, max: -1 })),
    count: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 60, max: 150 })),
    again: fc.integer({ min: 0, max: 30 }),
    deleted: fc.boolean(),
  }),
  { minLength: 3, maxLength: 8 },
);

test('what has changed is whole in every question, also after a clock that steps back, writes at one moment, and deletions', async () => {
  const { db } = app.database;
  let made = 0;
  await fc.assert(
    fc.asyncProperty(writes, async (todo: Write[]) => {
      await db.execute(sql`truncate ${calls}, ${callChunks}, ${callChunkMarks}`);
      const mark = instantOf(packedAt);
      await db.execute(sql`insert into ${callChunkMarks} (account_id, packed_through)
        values (${app.account.id}, ${mark})`);
      const memory = new PackedMemory(0);
      let now = packedAt + 1000;
      for (const { later, count, again, deleted } of todo) {
        now = Math.max(packedAt + 1, now + later);
        const updatedAt = instantOf(now);
        const rows = Array.from({ length: count }, () =>
          aCall({ accountId: app.account.id, callSid: `changed-${++made}`, updatedAt, talkSeconds: made % 100 }),
        );
        if (rows.length > 0) await insertCalls(db, rows);
        await db.execute(sql`update ${calls} set updated_at = ${updatedAt}, talk_seconds = talk_seconds + 1
          where id in (select id from ${calls} order by id desc limit ${again})`);
        if (deleted) await db.execute(sql`delete from ${calls} where id = (select min(id) from ${calls})`);

        const state = await findState(db, memory, [app.account.id]);
        const found = (state?.changed ?? []).flatMap(({ calls: { of }, isAgain }) =>
          Array.from(of.id, (id, i) => ({ id, talk: of.talkSeconds[i] as number })).filter(({ id }) => !isAgain(id)),
        );
        const { rows: stored } = await db.execute<{ id: number; talk: number }>(
          sql`select id::float8, talk_seconds as talk from ${calls} order by id`,
        );
        expect(found.sort((a, b) => a.id - b.id)).toEqual(stored);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
