import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { recordBatch } from '../../src/ingestion/record-batch.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { type Instant, instantOf, msOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';

const changedCalls = readFileSync('docs/queries/07-changed-calls.graphql', 'utf8');
const hour = 3_600_000;

let app: TestApp;
/** Several services on one database. */
let instances: OpenDatabase[];
let accountsMade = 0;
/** How far the database's clock is off, for all instances. */
let offset = 0;
const clock = () => instantOf(Date.now() + offset);

beforeAll(async () => {
  app = await startApp();
  instances = [0, 1, 2].map((i) =>
    openDatabase({ url: app.database.url, name: `instance ${i}`, max: 4, findsByKey: true }),
  );
});
afterAll(async () => {
  for (const instance of instances) await instance.close();
  await app.close();
});
beforeEach(reset);

async function reset(): Promise<void> {
  offset = 0;
  await app.database.pool.query(
    'truncate calls, webhook_events, customers, agents, virtual_numbers, write_marks, call_chunk_marks, call_chunks',
  );
}

const newAccount = () => insertAccount(app.database.db, { name: `account ${accountsMade++}` });

let said = 0;
/** Sends what changes a call, or makes it. */
async function write(account: Account, call: number, instance = 0): Promise<void> {
  const payload = {
    type: 'call_report',
    CallSid: `${account.id}.${call}`,
    Direction: 'IVR',
    SourceNumber: '9812345678',
    DestinationNumber: '08062861230',
    Status: 'ANSWER',
    StartTime: '2023-01-02 14:29:20',
    TalkDuration: String(++said),
  };
  const delivery = {
    form: 'JSON' as const,
    body: Buffer.from(JSON.stringify(payload)),
    contentType: 'application/json',
  };
  const read = readDelivery({
    provider: providers.get(account.provider),
    account,
    delivery,
    urlKind: null,
    receivedAt: instantOf(Date.now()),
  });
  const { pool } = instances[instance] as OpenDatabase;
  expect(await recordBatch(pool, { account, deliveries: [read], clock, providers })).toEqual(['RECORDED']);
}

type Page = { calls: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
type Node = { id: string; callSid: string; talkSeconds: number; updatedAt: Instant };

/** A copy as docs/clients.md says to keep it: since the newest that was seen, minus 60 seconds. */
function openCopy() {
  const rows = new Map<string, Node>();
  let newest: Instant | null = null;
  const pull = async () => {
    const since = newest === null ? '2020-01-01T00:00:00.000Z' : instantOf(msOf(newest) - 60_000);
    for (let after: string | null = null; ; ) {
      const { calls }: Page = await app.query<Page>(changedCalls, { since, pageSize: 3, after });
      for (const node of calls.nodes) {
        rows.set(node.callSid, node);
        if (newest === null || node.updatedAt > newest) newest = node.updatedAt;
      }
      if (!calls.pageInfo.hasNextPage) return;
      after = calls.pageInfo.endCursor;
    }
  };
  const content = () =>
    Object.fromEntries([...rows.values()].map(({ callSid, talkSeconds }) => [callSid, talkSeconds]));
  return { pull, content };
}

async function truth(): Promise<Record<string, number>> {
  const { rows } = await app.database.pool.query<{ sid: string; talk: number }>(
    'select call_sid as sid, talk_seconds as talk from calls',
  );
  return Object.fromEntries(rows.map(({ sid, talk }) => [sid, talk]));
}

test('after a jump forward and back of the clock, calls of a new account are pulled', async () => {
  const [first, second] = [await newAccount(), await newAccount()];
  const copy = openCopy();
  await write(first, 1);
  offset = 2 * hour;
  await write(first, 2);
  await copy.pull();
  offset = 0;
  for (let i = 0; i < 5; i++) await write(second, i, 1);
  await copy.pull();
  expect(copy.content()).toEqual(await truth());
});

test('moments go on as the clock does once it has caught up, and never fill a minute before that', async () => {
  const [first, second] = [await newAccount(), await newAccount()];
  const moments = async () =>
    (await app.database.pool.query<{ at: Date }>('select updated_at as at from calls order by id')).rows.map(
      ({ at }) => +at,
    );
  offset = 2 * hour;
  await write(first, 0);
  offset = 0;
  for (let i = 0; i < 20; i++) await write(i % 2 ? first : second, 100 + i);
  const [leapt = 0, ...later] = await moments();
  for (const at of later) expect(Math.abs(at - leapt)).toBeLessThan(30_000);
  offset = 3 * hour;
  await write(second, 999);
  expect(Math.abs(((await moments()).at(-1) ?? 0) - (Date.now() + offset))).toBeLessThan(30_000);
});

test('whatever the clock does, between writes and beneath them, a pull with the overlap misses nothing', {
  timeout: 300_000,
}, async () => {
  const jump = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -90_000, max: 90_000 }),
    fc.integer({ min: -48 * hour, max: 48 * hour }),
  );
  const round = fc.record({
    jump,
    jumpBeneath: jump,
    isPacked: fc.boolean(),
    writes: fc.uniqueArray(fc.record({ account: fc.nat(4), call: fc.nat(2), instance: fc.nat(2) }), {
      minLength: 1,
      maxLength: 6,
      selector: ({ account, call }) => `${account}.${call}`,
    }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 8 }), async (rounds) => {
      await reset();
      const accounts = await Promise.all([0, 1, 2, 3, 4].map(newAccount));
      const copy = openCopy();
      for (const { jump, jumpBeneath, isPacked, writes } of rounds) {
        offset += jump;
        const written = writes.map(({ account, call, instance }) =>
          write(accounts[account] as Account, call, instance),
        );
        offset += jumpBeneath;
        const pulled = copy.pull();
        if (isPacked) await packAccounts(app.database.pool, { clock });
        await Promise.all([...written, pulled]);
        await copy.pull();
      }
      expect(copy.content()).toEqual(await truth());
    }),
    { numRuns: Number(process.env.CLOCK_RUNS ?? 6) },
  );
});

test('where the clock leaps while one is writing, the next waits until that is written; otherwise nobody waits for another account', async () => {
  const [first, second, third] = [await newAccount(), await newAccount(), await newAccount()];
  await write(third, 1);
  const slow = await (instances[1] as OpenDatabase).pool.connect();
  try {
    await slow.query('begin');
    const early = await lockForWriting(slow, first.id, clock);
    await write(third, 2); // beside it

    offset = hour;
    let isLeapt = false;
    const leapt = write(second, 1).then(() => {
      isLeapt = true;
    });
    const waits = async () =>
      (
        await app.database.pool.query(
          "select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
        )
      ).rowCount;
    await expect.poll(waits, { timeout: 20_000 }).toBe(1);
    expect(isLeapt).toBe(false);
    await slow.query(
      `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at, talk_seconds)
       values ($1, 'slow', 'INBOUND', 'COMPLETED', $2, $2, $2, 7)`,
      [first.id, early],
    );
    const copy = openCopy();
    await copy.pull();
    await slow.query('commit');
    await leapt;
    await copy.pull();
    expect(copy.content()).toEqual(await truth());
  } finally {
    slow.release();
  }
});
