import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { recordBatch } from '../../src/ingestion/record-batch.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { databaseClock } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let account: Account;

beforeAll(async () => {
  database = await createTestDatabase({ max: 1, findsByKey: true, plansOnce: true });
  account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
});
afterAll(() => database.close());

function record(count: number, from: number) {
  const deliveries = Array.from({ length: count }, (_, i) => {
    const body = Buffer.from(
      JSON.stringify({
        type: 'call_report',
        CallSid: `1767607200.${from + i}`,
        Direction: i % 2 === 0 ? 'IVR' : 'WEBOBD',
        SourceNumber: '9812345678',
        DialWhomNumber: '9281234567',
        Status: 'ANSWER',
        StartTime: '2026-01-05 15:00:00',
      }),
    );
    const delivery = { form: 'JSON', body, contentType: 'application/json' } as const;
    const receivedAt = '2026-01-05T10:00:00.000Z';
    return readDelivery({ provider: callerDesk, account, delivery, urlKind: null, receivedAt });
  });
  return recordBatch(database.pool, { account, deliveries, clock: databaseClock, providers });
}

test('a statement of a group of deliveries is planned once on a connection, however often it is run', async () => {
  for (let group = 0; group < 12; group++) await record(1 + (group % 5), group * 10);
  const { rows } = await database.pool.query<{ name: string; custom: number }>(
    'select name, custom_plans::integer as custom from pg_prepared_statements',
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ custom }) => custom > 0)).toEqual([]);
});
