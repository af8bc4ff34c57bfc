import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { ageLiveCalls } from '../../src/calls/write/age-live-calls.ts';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { deleteOldEvents } from '../../src/inbox/delete-old-events.ts';
import { replayEvents } from '../../src/inbox/replay/replay-events.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ids } from '../support/seals.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(() => clear());

type Row = Record<string, unknown>;
const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;
const clear = () =>
  run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
const replay = () =>
  replayEvents(app.database.pool, administrator, { providers, ids, filter: {}, first: 1000, dryRun: false });
const states = async () =>
  (await run(sql`select state from webhook_events order by received_at, arrival_number`)).map(({ state }) => state);
const later = () => instantOf(Date.now() + 1000);

async function importFile(text: string) {
  const rows = readRows(Readable.from([Buffer.from(text)]), ColumnNames.read([], callerDesk.columns));
  return (await importRows(app.database.pool, { providers, account: app.account, rows, form: 'IMPORT' })).states;
}

async function stored(): Promise<Row> {
  const tables = ['calls', 'webhook_events', 'agents', 'campaigns', 'call_groups', 'virtual_numbers', 'customers'];
  const of = async (table: string) =>
    run(sql`select xmin::text as version, t.* from ${sql.identifier(table)} t order by id`);
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await of(table)])));
}

/** All of a call but its ids, and the times of its writing. */
async function call(): Promise<Row | undefined> {
  const [row] = await run(sql`select c.*, g.name as call_group, p.campaign_code as campaign from calls c
    left join call_groups g on g.id = c.call_group_id left join campaigns p on p.id = c.campaign_id`);
  if (!row) return undefined;
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => !/^(id|created_at|updated_at|.*_id)$/.test(name) && name !== 'call_sid'),
  );
}

const recordingUrl = 'https://rec.example.com/a.mp3';
const parts = (CallSid: string) => {
  const live = { type: 'live_call', CallSid, Status: 'Picked', campid: '5' };
  const report = {
    type: 'call_report',
    CallSid,
    Direction: 'IVR',
    SourceNumber: '9812345678',
    DialWhomNumber: '9281234567',
    Status: 'ANSWER',
    TalkDuration: '20',
  };
  const recording = { type: 'call_report', CallSid, CallRecordingUrl: recordingUrl };
  return {
    bareLive: () => app.send(live),
    live: () => app.send({ ...live, StartTime: '2023-01-02 14:29:20' }),
    report: () => app.send(report),
    recording: () => app.send(recording),
    coins: () => app.send({ type: 'call_report', CallSid, coins: '2', key_press: '3' }),
    span: () => app.send({ type: 'call_report', CallSid, EndTime: '2023-01-02 14:30:20', CallDuration: '60' }),
    file: () => importFile(`CallSid,coins,call_group\n${CallSid},7,Sales\n`),
    reports: () => importFile(`CallSid,Status,error_code\n${CallSid},NO ANSWER,4\n`),
  };
};
type Name = keyof ReturnType<typeof parts>;
const names = Object.keys(parts('')) as Name[];
const additions: readonly Name[] = ['recording', 'coins', 'file'];

describe('whatever tells of a call', () => {
  test('completes it in any order, and a replay changes nothing', async () => {
    const wanted = new Map<string, Row | undefined>();
    const orders = fc
      .subarray(names, { minLength: 1 })
      // Of two live events the later one's words stand.
      .filter((some) => !(some.includes('live') && some.includes('bareLive')))
      .chain((some) => fc.shuffledSubarray(some, { minLength: some.length }));
    const sid = fc.constantFrom('88201', '1672649960.5');
    await fc.assert(
      fc.asyncProperty(orders, sid, async (order, CallSid) => {
        const of = parts(CallSid);
        const come = async (some: readonly Name[]) => {
          await clear();
          for (const name of some) await of[name]();
          return call();
        };
        const some = [...order].sort((a, b) => names.indexOf(a) - names.indexOf(b));
        const key = `${CallSid} ${some}`;
        if (!wanted.has(key)) wanted.set(key, await come(some));
        // Where nothing tells the start it is the moment of receipt.
        const { started_at: _start, live_event_at: _at, ...expected } = wanted.get(key) ?? {};
        const { started_at, live_event_at, ...found } = (await come(order)) ?? {};
        const isPlaced = CallSid !== '88201' || some.includes('live') || some.includes('span');
        if (isPlaced) {
          expect(found).toEqual(expected);
          expect(started_at).toEqual(_start);
        }
        const isKnown = !order.every((name) => additions.includes(name));
        expect(await states()).toEqual(order.map(() => (isKnown ? 'RECORDED' : 'WAITING')));
        expect(await run(sql`select from calls`)).toHaveLength(isKnown ? 1 : 0);

        const before = await stored();
        await replay();
        expect(await stored()).toEqual(before);
        // From nothing, too.
        const whole = await call();
        await run(sql`truncate calls`);
        await replay();
        expect(await call()).toEqual(whole);
        for (const name of order) await of[name]();
        expect(new Set((await states()).slice(order.length))).toEqual(
          new Set(order.some((name) => name !== 'file' && name !== 'reports') ? ['DUPLICATE'] : []),
        );
        expect(await call()).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  test('is there in whole: start of the live event, end, recording, coins', async () => {
    const of = parts('88201');
    for (const name of ['recording', 'file', 'live', 'report', 'span', 'coins'] as const) await of[name]();
    expect(await call()).toMatchObject({
      status: 'COMPLETED',
      outcome: 'ANSWERED',
      recording_url: recordingUrl,
      coins: '2',
      call_group: 'Sales',
      campaign: '5',
      duration_seconds: 60,
    });
    const { calls } = await app.query<{ calls: { nodes: Row[] } }>('{ calls { nodes { startedAt endedAt } } }');
    expect(calls.nodes).toEqual([{ startedAt: '2023-01-02T08:59:20.000Z', endedAt: '2023-01-02T09:00:20.000Z' }]);
  });

  test('of its end and length alone it follows when it began', async () => {
    await parts('88201').span();
    const { calls } = await app.query<{ calls: { nodes: Row[] } }>('{ calls { nodes { startedAt status } } }');
    expect(calls.nodes).toEqual([{ startedAt: '2023-01-02T08:59:20.000Z', status: 'COMPLETED' }]);
  });
});

describe('a delivery that waits', () => {
  test('waits from file to file, in one batch and from batch to batch', async () => {
    expect(await importFile('CallSid,CallRecordingUrl\n1,https://r.in/1\n2,https://r.in/2\n')).toMatchObject({
      WAITING: 2,
      RECORDED: 0,
    });
    expect(await importFile('CallSid,coins,Status\n1,5,\n1,,BUSY\n3,4,\n')).toMatchObject({ WAITING: 1, RECORDED: 2 });
    expect(await run(sql`select call_sid, coins, recording_url from calls`)).toEqual([
      { call_sid: '1', coins: '5', recording_url: 'https://r.in/1' },
    ]);
    expect(await states()).toEqual(['RECORDED', 'WAITING', 'RECORDED', 'RECORDED', 'WAITING']);
    expect(await run(sql`select from webhook_events where state = 'RECORDED' and reason is not null`)).toEqual([]);
  });

  test('is a CONFLICT where the call turns out to be another one', async () => {
    const CallSid = '88201';
    const other = { type: 'call_report', CallSid, SourceNumber: '9812345000', StartTime: '2023-05-05 10:00:00' };
    await app.send({ ...other, coins: '9' });
    await parts(CallSid).coins();
    await app.send({ ...other, SourceNumber: '9812345678', StartTime: '2023-01-02 14:29:20', Status: 'BUSY' });
    expect(await states()).toEqual(['CONFLICT', 'RECORDED', 'RECORDED']);
    expect(await call()).toMatchObject({ coins: '2', source_number: '+919812345678' });
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  test('does not make a call live again that nobody heard of, and stays when a report comes', async () => {
    const of = parts('88201');
    await of.live();
    await ageLiveCalls(app.database.pool, { silentSince: later(), clock: later });
    await of.recording();
    expect(await call()).toMatchObject({ status: 'UNREPORTED', recording_url: recordingUrl });
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
    await of.report();
    expect(await call()).toMatchObject({ status: 'COMPLETED', recording_url: recordingUrl });
  });

  test('expires like others', async () => {
    await parts('88201').recording();
    expect(await deleteOldEvents(app.database.pool, { before: later() })).toBe(1);
    await parts('88201').report();
    expect(await call()).toMatchObject({ recording_url: null });
  });

  test('is erased with the person, and does not bring them back', async () => {
    const of = parts('88201');
    const named = { type: 'call_report', CallSid: '88201', SourceNumber: '9812345678', key_press: '424242' };
    await app.send({ ...named, CallRecordingUrl: recordingUrl });
    const number = readNumber('+919812345678', app.account) ?? '';
    const found = await findNumber(app.database.pool, app.account, number);
    await forgetNumber(app.database.pool, { providers, account: app.account, found, clock: later });
    await of.span();
    await replay();
    expect(await states()).toEqual(['RECORDED', 'RECORDED']);
    expect(await call()).toMatchObject({ recording_url: null, key_press: null, customer_number: null });
    expect(await run(sql`select from customers`)).toEqual([]);
    expect(JSON.stringify(await stored())).not.toContain('424242');
  });

  test('is listed with its reason, and counted until its call comes', async () => {
    await parts('88201').recording();
    const ask = () =>
      app.query<{ webhookEvents: { nodes: Row[] }; webhookHealth: Row }>(`{
        webhookEvents(filter: { state: [WAITING] }) { nodes { callSid reason call { id } } }
        webhookHealth { waiting }
      }`);
    expect(await ask()).toEqual({
      webhookEvents: { nodes: [{ callSid: '88201', reason: expect.stringContaining('not known yet'), call: null }] },
      webhookHealth: { waiting: 1 },
    });
    await parts('88201').report();
    expect(await ask()).toEqual({ webhookEvents: { nodes: [] }, webhookHealth: { waiting: 0 } });
  });
});
