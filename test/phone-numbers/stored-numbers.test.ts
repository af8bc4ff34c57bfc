import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { replayNumbers } from '../../src/inbox/replay/replay-numbers.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Row = Record<string, unknown>;
const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;
const clock = () => instantOf(Date.now());
const replay = () => app.query('mutation { replayWebhookEvents(filter: {}, first: 1000) { replayed } }');
const reread = (dryRun = false) => replayNumbers(app.database.pool, { providers, account: app.account, clock, dryRun });

// What was sent without a plus: by the first rules Indian numbers of twelve digits.
const now = { '1.1': '447700900123', '1.2': '+971501234567', '1.3': '+919812345678' };
const before = { '1.1': '+91447700900123', '1.2': '+91971501234567', '1.3': '+919812345678' };

beforeEach(async () => {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
  for (const [seq, SourceNumber] of [
    ['1.1', '447700900123'],
    ['1.2', '971501234567'],
    ['1.3', '9812345678'],
  ] as const) {
    await app.send({
      type: 'call_report',
      CallSid: `167264996${seq}`,
      Direction: 'IVR',
      SourceNumber,
      DestinationNumber: '08062861230',
      Status: 'NO ANSWER',
      StartTime: '2023-01-02 14:29:20',
      EndTime: '2023-01-02 14:30:20',
    });
  }
  expect(await customerNumbers()).toEqual(Object.values(now));
  // As an older version would have stored them.
  for (const [i, number] of Object.values(now).entries()) {
    const old = Object.values(before)[i];
    await run(sql`update calls set source_number = ${old}, customer_number = ${old} where source_number = ${number}`);
    await run(sql`update customers set number = ${old} where number = ${number}`);
  }
  expect(await customerNumbers()).toEqual(Object.values(before));
});

async function customerNumbers(): Promise<unknown[]> {
  const rows = await run(sql`select c.customer_number, p.number from calls c
    left join customers p on p.id = c.customer_id order by c.call_sid`);
  for (const row of rows) expect(row.number).toBe(row.customer_number);
  return rows.map((row) => row.customer_number);
}

async function found(number: string) {
  const answer = await app.query<{
    customerByNumber: { number: string } | null;
    calls: { totalCount: number };
    customers: { totalCount: number };
  }>(
    `query ($number: PhoneNumber!) {
      customerByNumber(number: $number) { number }
      calls(filter: { customerNumber: { eq: $number } }) { totalCount }
      customers(filter: { number: { in: [$number] } }) { totalCount }
    }`,
    { number },
  );
  return [answer.customerByNumber?.number ?? null, answer.calls.totalCount, answer.customers.totalCount];
}

test('they are found in either reading until they are read again, and afterwards', async () => {
  expect(await found('447700900123')).toEqual(['+91447700900123', 1, 1]);
  expect(await found('+971 50 123 4567')).toEqual(['+91971501234567', 1, 1]);
  await replay();
  expect(await customerNumbers()).toEqual(Object.values(now));
  expect((await found('447700900123')).slice(0, 2)).toEqual(['447700900123', 1]);
  expect((await found('+971 50 123 4567')).slice(0, 2)).toEqual(['+971501234567', 1]);
});

test('they become right also where no delivery is kept; a dry run changes nothing, and the second time nothing is left', async () => {
  await run(sql`truncate webhook_events`);
  expect(await reread(true)).toBe(2);
  expect(await customerNumbers()).toEqual(Object.values(before));
  expect(await reread()).toBe(2);
  expect(await customerNumbers()).toEqual(Object.values(now));
  expect(await run(sql`select distinct started_at::text as at, outcome from calls`)).toEqual([
    { at: '2023-01-02 08:59:20+00', outcome: 'MISSED' },
  ]);
  expect(await reread()).toBe(0);
});

test('they become right where only the first delivery has expired', async () => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  await app.send({
    type: 'call_report',
    CallSid: '1672649961.2',
    Status: 'NO ANSWER',
    StartTime: '2023-01-02 14:29:20',
    coins: '2',
  });
  await run(
    sql`delete from webhook_events where id = (select id from webhook_events where call_sid = '1672649961.2' order by received_at, arrival_number limit 1)`,
  );
  await replay();
  expect(await customerNumbers()).toEqual(Object.values(now));
});

test('a person is erased in either reading, and stays erased', async () => {
  const number = readNumber('+971501234567', app.account) ?? '';
  const theirs = await findNumber(app.database.pool, app.account, number);
  const gone = await forgetNumber(app.database.pool, { providers, account: app.account, found: theirs, clock });
  expect(gone).toEqual({ customers: 1, calls: 1, deliveries: 1 });
  const erased = [before['1.1'], null, before['1.3']];
  expect(await customerNumbers()).toEqual(erased);
  const customer = await run(sql`select customer_id from calls where call_sid = '1672649961.2'`);
  await replay();
  expect(await reread()).toBe(0);
  expect(await customerNumbers()).toEqual([now['1.1'], null, now['1.3']]);
  expect(await run(sql`select customer_id from calls where call_sid = '1672649961.2'`)).toEqual(customer);
  expect(JSON.stringify(await run(sql`select * from customers`))).not.toContain('501234567');
});
