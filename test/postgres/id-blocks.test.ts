import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { inTransactionWithIds } from '../../src/postgres/id-blocks.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
const opened: OpenDatabase[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ max: 2 });
  await database.pool.query('create table things (id bigint generated always as identity, name text)');
  await database.pool.query('create table others (id bigint generated always as identity)');
});
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await database.close();
});

function openInstance(max = 3) {
  const instance = openDatabase({ url: database.url, name: 'ids', max });
  opened.push(instance);
  return instance;
}

type Take = { instance: number; likely: number; things: number; others: number; fails: boolean };

const aTake = fc.record<Take>({
  instance: fc.nat(1),
  likely: fc.nat(30),
  things: fc.nat(60),
  others: fc.nat(5),
  fails: fc.boolean(),
});

test('no id is given twice: not by another instance, not at the same time, and not after a transaction that failed', async () => {
  const given = { things: new Set<number>(), others: new Set<number>() };
  let count = { things: 0, others: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(aTake, { minLength: 1, maxLength: 30 }), async (takes) => {
      const instances = [openInstance(), openInstance()];
      const done = takes.map(({ instance, likely, things, others, fails }) =>
        inTransactionWithIds(
          (instances[instance] as OpenDatabase).pool,
          { things: likely, others: likely },
          async (on, _endWith, ids) => {
            const taken = { things: ids.take('things', things), others: ids.take('others', others) };
            for (const table of ['things', 'others'] as const) for (const id of taken[table]) given[table].add(id);
            count = { things: count.things + things, others: count.others + others };
            await on.query('select 1');
            if (fails) throw new Error('on purpose');
          },
        ).catch((error) => {
          if (error.message !== 'on purpose') throw error;
        }),
      );
      await Promise.all(done);
      await Promise.all(instances.map(({ close }) => close()));
      return given.things.size === count.things && given.others.size === count.others;
    }),
    { numRuns: 20 },
  );
  expect(given.things.size).toBeGreaterThan(1000);
  const { rows } = await database.pool.query("select nextval(pg_get_serial_sequence('things', 'id'))::integer as next");
  // What each of them had left over is no more than it had used, or needed at once.
  expect(rows[0]?.next).toBeLessThan(3 * given.things.size);
}, 60_000);

test('work that needs more ids than were expected is done anew, whole, with as many as it needs', async () => {
  const { pool } = openInstance(1);
  let runs = 0;
  const ids = await inTransactionWithIds(pool, { things: 1 }, async (on, endWith, ids) => {
    runs += 1;
    await on.query({ text: 'insert into things (name) values ($1)', values: ['anew'] });
    const taken = [...ids.take('things', 1), ...ids.take('things', 500), ...ids.take('others', 3)];
    await endWith([]);
    return taken;
  });
  expect(ids.length).toBe(504);
  expect(runs).toBe(3);
  const { rows } = await database.pool.query("select from things where name = 'anew'");
  expect(rows.length).toBe(1);
});

test('what was left over is used next, though each transaction expects more than it takes', async () => {
  const { pool } = openInstance();
  const takeOne = () =>
    inTransactionWithIds(pool, { things: 40 }, async (_on, _endWith, ids) => ids.take('things', 1)[0] as number);
  const ids: number[] = [];
  for (let i = 0; i < 40; i++) ids.push(await takeOne());
  expect(ids).toEqual(Array.from({ length: 40 }, (_, i) => (ids[0] as number) + i));
});
