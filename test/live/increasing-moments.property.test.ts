import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { recordBatch } from '../../src/ingestion/record-batch.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { type Instant, instantOf } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertAccount } from '../support/factories.ts';

const hour = 3_600_000;
let database: TestDatabase;
/** Several services on one database. */
let instances: OpenDatabase[];
let accountsMade = 0;
/** How far the database's clock is off. */
let offset = 0;
const clock = () => instantOf(Date.now() + offset);

beforeAll(async () => {
  database = await createTestDatabase();
  instances = [0, 1].map((i) => openDatabase({ url: database.url, name: `instance ${i}`, max: 4, findsByKey: true }));
});
afterAll(async () => {
  for (const { close } of instances) await close();
  await database.close();
});
beforeEach(() => {
  offset = 0;
});

const newAccount = () => insertAccount(database.db, { name: `account ${accountsMade++}` });

/** Writes a call; `turn` is told once the account's lock is held, so in the order of the commits. */
async function write(account: Account, call: string, { instance = 0, turn = async () => {} } = {}): Promise<void> {
  const payload = { type: 'call_report', CallSid: call, Status: 'ANSWER', StartTime: '2023-01-02 14:29:20' };
  const body = Buffer.from(JSON.stringify(payload));
  const read = readDelivery({
    provider: providers.get(account.provider),
    account,
    delivery: { form: 'JSON', body, contentType: 'application/json' },
    urlKind: null,
    receivedAt: instantOf(Date.now()),
  });
  const { pool } = instances[instance] as OpenDatabase;
  await recordBatch(pool, { account, deliveries: [read], clock, providers, turn });
}

async function moments(account: Account): Promise<Map<string, Instant>> {
  const { rows } = await database.pool.query<{ sid: string; at: Date }>(
    'select call_sid as sid, updated_at as at from calls where account_id = $1',
    [account.id],
  );
  return new Map(rows.map(({ sid, at }) => [sid, at.toISOString()]));
}

test('of one account, moments strictly increase in the order of the commits, whatever the clock does', {
  timeout: 120_000,
}, async () => {
  const jump = fc.oneof(fc.constant(0), fc.integer({ min: -20, max: 20 }), fc.integer({ min: -hour, max: hour }));
  const round = fc.record({ jump, jumpBeneath: jump, writes: fc.array(fc.nat(1), { minLength: 1, maxLength: 6 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 6 }), async (rounds) => {
      const account = await newAccount();
      const committed: string[] = [];
      for (const { jump, jumpBeneath, writes } of rounds) {
        offset += jump;
        const written = writes.map((instance) => {
          const sid = `${account.id}.${Math.random()}`;
          return write(account, sid, { instance, turn: async () => void committed.push(sid) });
        });
        offset += jumpBeneath;
        await Promise.all(written);
      }
      const found = await moments(account);
      const inOrder = committed.map((sid) => found.get(sid) ?? 'missing');
      expect(inOrder).toEqual([...new Set(inOrder)].sort());
    }),
    { numRuns: Number(process.env.MOMENT_RUNS ?? 12) },
  );
});

test('the end of a call counts as a change does', async () => {
  const account = await newAccount();
  await write(account, 'first');
  offset = hour;
  const { pool } = instances[0] as OpenDatabase;
  expect(await deleteOldCalls(pool, { before: '2030-01-01T00:00:00.000Z', clock })).toBeGreaterThan(0);
  const { rows } = await database.pool.query<{ at: Date }>(
    'select max(removed_at) as at from ended_calls where account_id = $1',
    [account.id],
  );
  offset = 0;
  await write(account, 'second', { instance: 1 });
  const [second] = (await moments(account)).values();
  expect(Date.parse(second ?? '')).toBeGreaterThan(Number(rows[0]?.at));
});
