import { hash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
});

type Row = Record<string, unknown>;
type Payload = Record<string, string>;

const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;
const replay = () => app.query('mutation { replayWebhookEvents(filter: {}, first: 10000) { replayed } }');
const states = async () =>
  (await run(sql`select state from webhook_events order by received_at, arrival_number`)).map(({ state }) => state);

/** A content's hash as the first version made it, of a payload whose values need no cleaning. */
function firstHash(kind: string, payload: Payload): string {
  const names = Object.entries(payload).map(([key, value]) => [key.toLowerCase().replace(/[\s_.-]+/g, ''), value]);
  names.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return hash('sha256', kind + names.map(([name, value]) => `\0${name}\0${value}`).join('')).slice(0, 32);
}

const missed = {
  CallSid: '1672649960.1',
  Direction: 'IVR',
  Status: 'NO ANSWER',
  SourceNumber: '9812345678',
  StartTime: '2023-01-02 14:29:20',
  CallDuration: '0',
  TalkDuration: '0',
};

describe('what older versions kept is known when it comes again', () => {
  test.each<[what: string, payload: Payload, kind: string]>([
    ['a report that was taken for a live event', missed, 'LIVE_CALL'],
    ['its durations as a clock', { ...missed, CallDuration: '00:00:20' }, 'LIVE_CALL'],
    ['its end in another form', { ...missed, EndTime: '02/01/2023 14:30' }, 'LIVE_CALL'],
    ['a report with an end', { ...missed, EndTime: '2023-01-02T14:29:40' }, 'CALL_REPORT'],
    ['a report with a duration', { ...missed, CallDuration: '20.0' }, 'CALL_REPORT'],
    ['a recording that is no address', { ...missed, CallRecordingUrl: 'a.wav' }, 'CALL_REPORT'],
    ['what its type says', { ...missed, type: 'call_report' }, 'CALL_REPORT'],
    ['a live event', { CallSid: '5', Status: 'Picked' }, 'LIVE_CALL'],
    ['what tells of no call', { type: 'add_member' }, 'OTHER'],
  ])('%s', async (_what, payload, kind) => {
    await app.send(payload);
    expect(await run(sql`select encode(content_hash, 'hex') as hash from webhook_events`)).toEqual([
      { hash: firstHash(kind, payload) },
    ]);
    await app.send(payload);
    expect((await states())[1]).toBe('DUPLICATE');
  });
});

describe('a replay turns right what older versions read wrong', () => {
  test('missed calls of a file that were taken for live ones', async () => {
    const rows = readRows(
      (async function* () {
        yield Buffer.from(JSON.stringify([missed, { ...missed, CallSid: '1672649960.2', Status: 'ANSWER' }]));
      })(),
      ColumnNames.read([], callerDesk.columns),
    );
    await importRows(app.database.pool, { providers, account: app.account, rows, form: 'IMPORT' });
    const right = await run(sql`select status, outcome, disposition, lesser_facts from calls order by call_sid`);
    expect(right).toMatchObject([{ outcome: 'MISSED' }, { outcome: 'ANSWERED' }]);
    await run(sql`update calls set status = 'UNREPORTED', outcome = null, disposition = null, lesser_facts = null,
      live_event_at = started_at, answered_at = null, ended_at = null, duration_seconds = null, talk_seconds = null`);
    await run(sql`update webhook_events set kind = 'LIVE_CALL'`);
    await replay();
    expect(await run(sql`select status, outcome, disposition, lesser_facts from calls order by call_sid`)).toEqual(
      right,
    );
    expect(await run(sql`select distinct kind from webhook_events`)).toEqual([{ kind: 'CALL_REPORT' }]);
  });

  test('an outgoing call that was canceled on its way, and agents who were named after nothing', async () => {
    const outgoing = {
      type: 'call_report',
      CallSid: '55501',
      Direction: 'WEBOBD',
      SourceNumber: '9281234567',
      DialWhomNumber: '9812345678',
      StartTime: '2023-01-02 12:43:19',
      Status: 'Cancel-Customer',
      callstatus: 'Busy (17-customer)',
      receiver_name: 'None',
    };
    await app.send(outgoing);
    const right = await run(sql`select disposition, agent_name, provider_status from calls`);
    expect(right).toEqual([{ disposition: 'BUSY', agent_name: null, provider_status: 'Busy (17-customer)' }]);
    await run(sql`update calls set disposition = 'CANCELED', agent_name = 'None', provider_status = 'Cancel-Customer'`);
    await replay();
    expect(await run(sql`select disposition, agent_name, provider_status from calls`)).toEqual(right);
  });

  test('a call whose answered leg was overwritten by that of an agent who did not answer', async () => {
    const leg = {
      type: 'call_report',
      CallSid: '1672649960.9',
      Direction: 'IVR',
      SourceNumber: '9812345678',
      StartTime: '2023-01-02 14:29:20',
    };
    const answered = {
      ...leg,
      DialWhomNumber: '9281234567',
      receiver_name: 'Asha',
      Status: 'ANSWER',
      TalkDuration: '30',
      EndTime: '2023-01-02 14:30:20',
    };
    const rangOut = {
      ...leg,
      DialWhomNumber: '9281234568',
      receiver_name: 'Ravi',
      Status: 'NO ANSWER',
      TalkDuration: '0',
      EndTime: '2023-01-02 14:29:50',
    };
    const said = () =>
      run(sql`select outcome, agent_number, agent_name, talk_seconds, ended_at, answered_facts from calls`);
    await app.send(answered);
    const right = await said();
    expect(right).toMatchObject([{ outcome: 'ANSWERED', agent_name: 'Asha', talk_seconds: 30, answered_facts: null }]);
    // Nothing is noted of a call that an older version wrote: what it has is its answered leg's.
    await app.send(rangOut);
    expect(await said()).toEqual(right);
    await run(
      sql`update calls set agent_number = '+919281234568', agent_name = 'Ravi', talk_seconds = 0, outcome = 'MISSED'`,
    );
    await replay();
    expect(await said()).toEqual(right);
    await run(sql`truncate calls, webhook_events`);
    await app.send(rangOut);
    await app.send(answered);
    expect(await said()).toEqual(right);
  });
});
