import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.db.execute(sql`truncate calls, webhook_events, webhook_arrivals`);
});

type Health = {
  lastEventAt: string | null;
  lastCallReportAt: string | null;
  eventsLast24Hours: number;
  unreadableLast24Hours: number;
  conflictsLast24Hours: number;
  notUnderstoodLast24Hours: number;
  waiting: number;
  unknownStatusWords: string[];
};

async function health(accountId: string | null = null): Promise<Health | null> {
  const { webhookHealth } = await app.query<{ webhookHealth: Health | null }>(
    `query ($accountId: ID) {
      webhookHealth(accountId: $accountId) {
        lastEventAt lastCallReportAt eventsLast24Hours unreadableLast24Hours conflictsLast24Hours notUnderstoodLast24Hours waiting unknownStatusWords
      }
    }`,
    { accountId },
  );
  return webhookHealth;
}

const report = {
  type: 'call_report',
  CallSid: '1672649960.1',
  SourceNumber: '9812345678',
  Status: 'Gone fishing (16)',
  StartTime: '2023-01-02 14:29:20',
};
const nothing: Health = {
  lastEventAt: null,
  lastCallReportAt: null,
  eventsLast24Hours: 0,
  unreadableLast24Hours: 0,
  conflictsLast24Hours: 0,
  notUnderstoodLast24Hours: 0,
  waiting: 0,
  unknownStatusWords: [],
};
const age = (interval: string) =>
  app.database.db.execute(sql`update webhook_events set received_at = received_at - ${interval}::interval`);

test('an empty inbox has no times, no counts and no words', async () => {
  expect(await health()).toEqual(nothing);
});

test('it says what came last, what was not understood, and which words are unknown, each once and in order', async () => {
  await app.send(report);
  await app.send(report);
  await app.send({ ...report, CallSid: '2', Status: 'Alpha', callstatus: 'zeta', EndTime: 'soon', coins: 'few' });
  await app.send({ ...report, SourceNumber: '9812345000', StartTime: '2024-01-02 14:29:20' });
  await app.send({ type: 'call_report', CallSid: '1.76465E+09' });
  await app.send({ type: 'call_report', CallSid: 'unknown', coins: '2' });
  await app.send({ type: 'add_member' });
  const { rows } = await app.database.db.execute<{ last: string; report: string }>(sql`
    select to_char(max(received_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last,
      to_char(max(received_at) filter (where kind = 'CALL_REPORT') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        as report
    from webhook_events`);
  expect(await health()).toEqual({
    lastEventAt: rows[0]?.last,
    lastCallReportAt: rows[0]?.report,
    eventsLast24Hours: 7,
    unreadableLast24Hours: 1,
    conflictsLast24Hours: 1,
    notUnderstoodLast24Hours: 1,
    waiting: 1,
    unknownStatusWords: ['Alpha', 'Gone fishing', 'zeta'],
  });
});

test('figures are of the last 24 hours, words of the last 30 days, and the last times of any time', async () => {
  await app.send(report);
  await app.send({ type: 'call_report', CallSid: '1.76465E+09' });
  await age('24 hours');
  const day = await health();
  expect(day).toMatchObject({ eventsLast24Hours: 0, unreadableLast24Hours: 0, unknownStatusWords: ['Gone fishing'] });
  expect(day?.lastEventAt).not.toBeNull();
  await age('29 days');
  expect(await health()).toMatchObject({ unknownStatusWords: [] });
  expect((await health())?.lastCallReportAt).not.toBeNull();
});

test('it is of one account, or of all together', async () => {
  const other = await insertAccount(app.database.db, { name: 'other' });
  await app.send(report);
  expect(await health(toGlobalId('Account', app.account.id))).toMatchObject({ eventsLast24Hours: 1 });
  expect(await health(toGlobalId('Account', other.id))).toEqual(nothing);
  expect(await health(toGlobalId('Account', 9999))).toBeNull();
  expect(await health('nonsense')).toBeNull();
});

test('what came last is told also when it is no longer kept, and an older moment takes nothing back', async () => {
  await app.send(report);
  const before = await health();
  await app.database.db.execute(sql`truncate webhook_events`);
  expect(await health()).toMatchObject({ lastEventAt: before?.lastEventAt, eventsLast24Hours: 0 });
  await app.database.db.execute(
    sql`update webhook_arrivals set last_event_at = '2100-01-01', last_report_at = '2100-01-01'`,
  );
  await app.send({ ...report, CallSid: '2' });
  expect(await health()).toMatchObject({
    lastEventAt: '2100-01-01T00:00:00.000Z',
    lastCallReportAt: '2100-01-01T00:00:00.000Z',
  });
});

test('live events alone are no reports', async () => {
  await app.send({ ...report, type: 'live_call' });
  const { lastEventAt, lastCallReportAt } = (await health()) ?? nothing;
  expect(lastEventAt).not.toBeNull();
  expect(lastCallReportAt).toBeNull();
});

test('imports and back-fills say nothing of whether deliveries arrive', async () => {
  const rows = readRows(
    (async function* () {
      yield Buffer.from(JSON.stringify([report]));
    })(),
    ColumnNames.read([], callerDesk.columns),
  );
  const counts = await importRows(app.database.pool, { providers, account: app.account, rows, form: 'BACKFILL' });
  expect(counts.states.RECORDED).toBe(1);
  expect(await health()).toMatchObject({ lastEventAt: null, lastCallReportAt: null, eventsLast24Hours: 0 });
});
