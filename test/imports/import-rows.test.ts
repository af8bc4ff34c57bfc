import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ageLiveCalls } from '../../src/calls/write/age-live-calls.ts';
import { describeCounts } from '../../src/cli/terminal/import-outcome.ts';
import { forgetInEvents } from '../../src/erasure/erase-events.ts';
import { ColumnNames } from '../../src/imports/column-names.ts';
import type { ImportCounts } from '../../src/imports/import-counts.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { numberFinder } from '../../src/phone-numbers/number-finder.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { keptEvents } from '../webhook/knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
});

type Row = Record<string, unknown>;

const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;

async function importText(text: string, told: Partial<Parameters<typeof importRows>[1]> = {}): Promise<ImportCounts> {
  const rows = readRows(
    (async function* () {
      yield Buffer.from(text);
    })(),
    ColumnNames.read([], callerDesk.columns),
  );
  return importRows(app.database.pool, { providers, account: app.account, rows, form: 'IMPORT', ...told });
}
const importAll = (...rows: Row[]) => importText(JSON.stringify(rows));
const replay = () => app.query('mutation { replayWebhookEvents(filter: {}, first: 10000) { replayed } }');

async function stored(): Promise<Record<string, Row[]>> {
  const tables = ['calls', 'webhook_events', 'agents', 'campaigns', 'call_groups', 'virtual_numbers', 'customers'];
  const entries = tables.map(async (table) => [
    table,
    await run(sql`select xmin::text as version, t.* from ${sql.identifier(table)} t order by id`),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}
/** What calls say, whoever their participants are by id and whenever they were written. */
const said = async () =>
  (await run(sql`select * from calls order by call_sid`)).map(
    ({
      id: _id,
      created_at: _created,
      updated_at: _updated,
      lesser_facts: _lesser,
      answered_facts: _answered,
      ...rest
    }) => Object.fromEntries(Object.entries(rest).filter(([name]) => !name.endsWith('_id'))),
  );

const report = {
  type: 'call_report',
  CallSid: '1672649960.1',
  Direction: 'IVR',
  SourceNumber: '09812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Ashish',
  call_group: 'Sales',
  key_press: '2',
  Status: 'ANSWER',
  callstatus: 'ANSWER (16-customer)',
  StartTime: '2023-01-02 14:29:20',
  LegA_Picked_time: '2023-01-02 14:29:21',
  LegB_Start_time: '2023-01-02 14:29:25',
  LegB_Picked_time: '2023-01-02 14:29:30',
  EndTime: '2023-01-02 14:30:10',
  CallDuration: '50',
  TalkDuration: '40',
  coins: '1.50',
  CallRecordingUrl: 'https://callrecords.callerdesk.io/1.mp3',
};
/** The same call as a row of the call list. */
const row = {
  id: '71',
  sid_id: '1672649960.1',
  deskphone: '08062861230',
  member_name: 'Ashish',
  member_num: '9281234567',
  caller_num: '09812345678',
  coin_deducted: '1.50',
  startdatetime: '2023-01-02 14:29:20',
  enddatetime: '2023-01-02 14:30:10',
  total_duration: '00:00:50',
  talk_duration: '40',
  ringing_duration: '5',
  key_pressed: '2',
  callresult: 'ANSWER',
  callstatus: 'ANSWER (16-customer)',
  group_name: 'Sales',
  LegA_Picked_time: '2023-01-02 14:29:21',
  LegB_Start_time: '2023-01-02 14:29:25',
  LegB_Picked_time: '2023-01-02 14:29:30',
  Flow_type: 'IVR',
  file: 'https://callrecords.callerdesk.io/1.mp3',
};
const outgoingRow = { ...row, sid_id: '900001', Flow_type: 'WEBOBD', startdatetime: '2023-01-02 14:29:20' };
const outgoing = {
  ...report,
  CallSid: '55501',
  Direction: 'WEBOBD',
  SourceNumber: report.DialWhomNumber,
  DialWhomNumber: report.SourceNumber,
};
const csv = (...rows: Row[]) =>
  [Object.keys(rows[0] as Row), ...rows.map(Object.values)].map((values) => values.join(',')).join('\n');

describe('a call is the same', () => {
  test.each<[what: string, text: string]>([
    ['as a JSON list', JSON.stringify([report])],
    ['as a JSON line', JSON.stringify(report)],
    ['as CSV', csv(report)],
    ['as a row of the call list', JSON.stringify({ type: 'success', result: [row] })],
    ['as a row of the call list in CSV', csv(row)],
  ])('%s as from the webhook', async (_what, text) => {
    await app.send(report);
    const expected = await said();
    expect(expected).toHaveLength(1);
    await run(sql`truncate calls, webhook_events`);
    const counts = await importText(text);
    expect(counts.states).toMatchObject({ RECORDED: 1, UNREADABLE: 0 });
    expect(await said()).toEqual(expected);
    expect(await keptEvents(app)).toMatchObject([{ form: 'IMPORT', state: 'RECORDED', callSid: '1672649960.1' }]);
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  test('as an outgoing row as from the webhook, whichever leg the account says is the agent', async () => {
    for (const [i, leg] of (['LEG_A', 'LEG_B'] as const).entries()) {
      const account = { ...app.account, outgoingAgentLeg: leg };
      const startdatetime = `2023-01-02 14:29:2${i}`;
      await importText(JSON.stringify([{ ...outgoingRow, sid_id: leg, startdatetime }]), { account });
    }
    const found = sql`select direction, customer_number, agent_number, source_number from calls order by started_at`;
    expect(await run(found)).toEqual(
      ['+919281234567', '+919812345678'].map((source) => ({
        direction: 'OUTBOUND',
        customer_number: '+919812345678',
        agent_number: '+919281234567',
        source_number: source,
      })),
    );
  });
});

describe('importing the same again', () => {
  test('changes nothing and keeps nothing twice, in whatever form and order of fields', async () => {
    await importAll(report, { ...report, CallSid: '2' });
    const before = await stored();
    const reversed = Object.fromEntries(Object.entries(report).reverse());
    for (const text of [JSON.stringify([report, { ...report, CallSid: '2' }]), csv(report), JSON.stringify(reversed)]) {
      const { states } = await importText(text);
      expect(states).toMatchObject({ RECORDED: 0, CONFLICT: 0 });
      expect(states.DUPLICATE).toBeGreaterThan(0);
    }
    expect(await stored()).toEqual(before);
  });

  test('that came by webhook changes nothing', async () => {
    await app.send(report);
    const before = await stored();
    expect((await importAll(report)).states).toMatchObject({ DUPLICATE: 1, RECORDED: 0 });
    expect(await stored()).toEqual(before);
  });

  test('and twice in one file, is one', async () => {
    expect((await importAll(report, report)).states).toMatchObject({ RECORDED: 1, DUPLICATE: 1 });
    expect(await keptEvents(app)).toHaveLength(1);
  });
});

describe('what a webhook report gave', () => {
  test('beats an import that says the same as it, when another import came in between', async () => {
    await importAll({ ...report, coins: '1' });
    await importAll({ ...report, coins: '2' });
    await app.send({ ...report, coins: '1' });
    expect(await said()).toMatchObject([{ coins: '1' }]);
    await importAll({ ...report, coins: '3', error_code: '9' });
    expect(await said()).toMatchObject([{ coins: '1', error_code: '9' }]);
  });

  const told = (name: string, values: string[]) => [name, fc.constantFrom('', ...values)] as const;
  const fields = fc.record(
    Object.fromEntries([
      told('coins', ['1', '2', '3']),
      told('campid', ['7', '8']),
      told('call_group', ['Sales', 'Help']),
      told('key_press', ['1', '2']),
      told('receiver_name', ['Ann', 'Bob']),
      told('DialWhomNumber', ['9281234567', '9281234568']),
      told('Status', ['BUSY', 'NO ANSWER']),
      told('error_code', ['5', '6']),
      told('EndTime', ['2023-01-02 14:30:10', '2023-01-02 14:30:20']),
    ]),
  );
  const event = fc.record({ from: fc.constantFrom('REPORT', 'IMPORT', 'ROW', 'LIVE'), fields });
  const columns = {
    coins: 'coins',
    campid: 'campaign',
    call_group: 'call_group',
    key_press: 'key_press',
    error_code: 'error_code',
    Status: 'sent_status',
    receiver_name: 'agent_name',
  } as const;
  const rowNames: Record<string, string> = {
    coins: 'coin_deducted',
    call_group: 'group_name',
    key_press: 'key_pressed',
    receiver_name: 'member_name',
    DialWhomNumber: 'member_num',
    Status: 'callresult',
    EndTime: 'enddatetime',
  };
  const byLive = new Set(['campid', 'call_group', 'key_press']);
  // The documented fields that a row has no word for are not in it.
  const asRow = (given: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (rowNames[name] ? [[rowNames[name], value]] : [])),
    );

  test('stays, in whatever order reports, imports and live events come; and a replay changes nothing', async () => {
    const call = {
      CallSid: '1672649960.7',
      Direction: 'IVR',
      SourceNumber: '9812345678',
      StartTime: '2023-01-02 14:29:20',
      TalkDuration: '0',
    };
    const rowCall = {
      sid_id: call.CallSid,
      Flow_type: 'IVR',
      caller_num: '9812345678',
      startdatetime: call.StartTime,
      talk_duration: '0',
    };
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 6 }), async (events) => {
        fc.pre(events.some(({ from }) => from !== 'LIVE'));
        await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
        for (const { from, fields: given } of events) {
          if (from === 'REPORT') await app.send({ type: 'call_report', ...call, ...given });
          else if (from === 'LIVE') await app.send({ type: 'live_call', ...call, ...given });
          else if (from === 'IMPORT') await importAll({ type: 'call_report', ...call, ...given });
          else await importAll({ ...rowCall, ...asRow(given) });
        }
        // Of two deliveries that say the same the second is no event.
        const seen = new Set<string>();
        const news = events.filter(({ from, fields: given }) => {
          const key = JSON.stringify(from === 'ROW' ? [from, asRow(given)] : [from, given]);
          const isNew = !seen.has(key) && !(from === 'IMPORT' && seen.has(JSON.stringify(['REPORT', given])));
          seen.add(key);
          return isNew;
        });
        const [stands] = await run(sql`select c.*, g.name as call_group, p.campaign_code as campaign from calls c
          left join call_groups g on g.id = c.call_group_id left join campaigns p on p.id = c.campaign_id`);
        for (const [field, column] of Object.entries(columns)) {
          const last = (...forms: string[]) =>
            news.findLast(
              ({ from, fields: given }) =>
                forms.includes(from) && given[field] !== '' && (from !== 'ROW' || rowNames[field]),
            )?.fields[field];
          const ofLive = byLive.has(field) ? last('LIVE') : undefined;
          expect([field, stands?.[column]]).toEqual([field, last('REPORT') ?? last('IMPORT', 'ROW') ?? ofLive ?? null]);
        }
        const before = await stored();
        await replay();
        expect(await stored()).toEqual(before);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('an outgoing row', () => {
  test('of another id is the call with the same customer and agent that began in the same second', async () => {
    await app.send(outgoing);
    await app.send({ ...outgoing, CallSid: '55502', StartTime: '2023-01-02 14:29:21' });
    await app.send({ ...outgoing, CallSid: '55503', DialWhomNumber: '9812345679' });
    await importAll({ ...outgoingRow, file: 'https://callrecords.callerdesk.io/other.mp3', LegB_Picked_time: '' });
    expect(await run(sql`select call_sid from calls order by call_sid`)).toEqual(
      ['55501', '55502', '55503'].map((sid) => ({ call_sid: sid })),
    );
    expect(await keptEvents(app)).toMatchObject([{}, {}, {}, { form: 'IMPORT', callSid: '55501', state: 'RECORDED' }]);
    expect(
      (await importAll({ ...outgoingRow, file: 'https://callrecords.callerdesk.io/other.mp3', LegB_Picked_time: '' }))
        .states,
    ).toMatchObject({ DUPLICATE: 1 });
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  test('completes a call of which only live events came', async () => {
    await app.send({ ...outgoing, type: 'live_call', EndTime: '', CallRecordingUrl: '' });
    await importAll(outgoingRow);
    expect(await said()).toMatchObject([{ call_sid: '55501', status: 'COMPLETED', outcome: 'ANSWERED' }]);
  });

  test('of which no such call is known is a call of its own, and the next time still the same one', async () => {
    await importAll(outgoingRow);
    await importAll({ ...outgoingRow, coin_deducted: '2' });
    expect(await said()).toMatchObject([{ call_sid: '900001', coins: '2' }]);
  });

  test('that came in is never matched but by its id', async () => {
    await app.send(report);
    await importAll({ ...row, sid_id: '1672649960.2' });
    expect(await said()).toHaveLength(2);
  });
});

describe('what could not be read', () => {
  test('is kept with its reason and line, counted, and stays so in a replay', async () => {
    const lines = [
      JSON.stringify(report),
      '{"CallSid": oops}',
      '[1]',
      JSON.stringify({ name: 'x' }),
      JSON.stringify({ type: 'call_report', CallSid: 'no start', StartTime: 'soon', Status: 'ANSWER' }),
      JSON.stringify({ CallSid: 'no call', coins: '2' }),
      JSON.stringify({ ...report, CallSid: '9', Status: 'Gone fishing', callstatus: '' }),
    ];
    const counts = await importText(lines.join('\n'));
    expect(counts.states).toEqual({ RECORDED: 2, DUPLICATE: 0, IGNORED: 1, UNREADABLE: 3, CONFLICT: 0, WAITING: 1 });
    expect([...counts.reasons.keys()]).toEqual([
      'UNREADABLE  body: not valid JSON',
      'UNREADABLE  body: JSON, but no object',
      'IGNORED  CallSid: not sent, so it tells of no call',
      'UNREADABLE  StartTime: no time that exists, in a form that is known, and nothing else tells when the call began',
      'WAITING  CallSid: its call is not known yet, and nothing here tells how a call went',
    ]);
    expect([...counts.unknownWords]).toEqual([['Gone fishing', { count: 1, first: '9' }]]);
    expect((await keptEvents(app)).map(({ reason, body }) => [reason?.slice(0, 12), body])).toEqual(
      lines.map((line, i) => [
        [1, 2, 3, 4].includes(i) ? expect.stringMatching(`^line ${i + 1}: `) : i === 5 ? 'CallSid: its' : undefined,
        line,
      ]),
    );
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  test('as a row of CSV is kept as it was, and stays so in a replay', async () => {
    await importText('CallSid,Status\n1,2,3\n');
    const kept = await keptEvents(app);
    expect(kept).toMatchObject([
      { state: 'UNREADABLE', body: '1,2,3', reason: 'line 2: has 3 values, where the header names 2 columns' },
    ]);
    await replay();
    expect(await keptEvents(app)).toEqual(kept);
  });

  test('by the database takes no other with it', async () => {
    await run(sql`alter table calls add constraint refused check (call_sid <> 'bad')`);
    try {
      const rows = ['1', 'bad', '2'].map((CallSid) => ({ ...report, CallSid }));
      const failures: unknown[] = [];
      const counts = await importText(JSON.stringify(rows), { onFailure: (error) => failures.push(error) });
      expect(counts.states).toMatchObject({ RECORDED: 2, UNREADABLE: 1 });
      expect(failures).toHaveLength(1);
    } finally {
      await run(sql`alter table calls drop constraint refused`);
    }
    await replay();
    expect((await said()).map(({ call_sid }) => call_sid)).toEqual(['1', '2', 'bad']);
  });

  test('by the database leaves the rows of all batches in their order', async () => {
    await run(sql`alter table calls add constraint refused check (call_sid <> '1200')`);
    try {
      const sids = Array.from({ length: 3500 }, (_, i) => String(i + 1));
      const counts = await importAll(...sids.map((CallSid) => ({ ...report, CallSid })));
      expect(counts).toMatchObject({ rows: 3500, isComplete: true, states: { RECORDED: 3499, UNREADABLE: 1 } });
      const kept = await run(sql`select call_sid, state from webhook_events order by received_at, arrival_number`);
      expect(kept.map(({ call_sid }) => call_sid)).toEqual(sids);
      expect(kept.filter(({ state }) => state !== 'RECORDED')).toEqual([{ call_sid: '1200', state: 'UNREADABLE' }]);
    } finally {
      await run(sql`alter table calls drop constraint refused`);
    }
  });
});

describe('rows of a file are reports', () => {
  const rates = () =>
    app.query(`{ liveCalls { totalCount } callMetrics(
      range: { between: { from: "2023-01-01T00:00:00+05:30", to: "2023-02-01T00:00:00+05:30" } }
    ) { totals { answerRate { numerator denominator } } } }`);
  const start = '2023-01-02 14:29:20';
  const header = 'CallSid,Direction,Status,SourceNumber,DestinationNumber,StartTime,CallDuration,TalkDuration';

  test('whatever their durations look like: the answer rate counts missed calls', async () => {
    const told = (sid: string, status: string, rest: string) =>
      `1672649960.${sid},IVR,${status},9812345678,08062861230,${start},${rest}`;
    const { states } = await importText(
      [
        header,
        told('1', 'ANSWER', '50,30'),
        told('2', 'NO ANSWER', '0,0'),
        told('3', 'AbandonedCall', ','),
        told('4', 'BUSY', '00:00:20,'),
      ].join('\n'),
    );
    expect(states).toMatchObject({ RECORDED: 4 });
    expect(await run(sql`select status, outcome from calls order by call_sid`)).toEqual(
      ['ANSWERED', 'MISSED', 'ABANDONED', 'MISSED'].map((outcome) => ({ status: 'COMPLETED', outcome })),
    );
    const answer = await rates();
    expect(answer).toMatchObject({
      callMetrics: { totals: { answerRate: { numerator: 1, denominator: 4 } } },
      liveCalls: { totalCount: 0 },
    });
  });

  test('but for those of a running call of which nothing else is told', async () => {
    await importAll(
      { CallSid: '1', StartTime: start, Status: 'Picked', CallDuration: '0', EndTime: '' },
      { CallSid: '2', StartTime: start, Status: 'Unavailable' },
    );
    expect(await run(sql`select call_sid, status from calls order by call_sid`)).toEqual([
      { call_sid: '1', status: 'IN_PROGRESS' },
      { call_sid: '2', status: 'COMPLETED' },
    ]);
  });

  test('and what of them is not understood is told, and kept with them', async () => {
    const counts = await importAll(
      { ...report, EndTime: '12/13/2025 10:00', CallDuration: 'long' },
      { ...report, CallSid: '2', EndTime: '31-Nov-2025' },
    );
    const noTime = 'EndTime: no time that exists, in a form that is known';
    expect(counts.notUnderstood).toEqual(
      new Map([
        [noTime, { count: 2, first: report.CallSid }],
        ['CallDuration: no duration in a form that is known', { count: 1, first: report.CallSid }],
      ]),
    );
    expect(describeCounts(counts, { rows: 'rows', dryRun: false })).toContain(`2  ${noTime}`);
    expect(
      await run(sql`select not_understood from webhook_events order by received_at, arrival_number`),
    ).toMatchObject([{ not_understood: { length: 2 } }, { not_understood: [noTime] }]);
  });
});

describe('what is of long ago', () => {
  test('does not rename an agent who has had a later call', async () => {
    await app.send({ ...report, CallSid: '2', StartTime: '2024-01-02 14:29:20', receiver_name: 'New name' });
    await importAll({ ...report, receiver_name: 'Old name' });
    expect(await run(sql`select name from agents`)).toEqual([{ name: 'New name' }]);
  });

  test('is on the live board no longer than till the next ageing', async () => {
    await importAll({ ...report, type: 'live_call', EndTime: '' });
    const fourHoursAgo = instantOf(Date.now() - 4 * 3_600_000);
    await ageLiveCalls(app.database.pool, { silentSince: fourHoursAgo, clock: () => instantOf(Date.now()) });
    expect(await run(sql`select status, live_event_at from calls`)).toEqual([
      { status: 'UNREPORTED', live_event_at: '2023-01-02 08:59:20+00' },
    ]);
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });
});

test('rows before a place are passed over, and the place to go on is told', async () => {
  const rows = Array.from({ length: 5500 }, (_, i) => ({ ...report, CallSid: `${i + 1}` }));
  const stop = new AbortController();
  const counts = await importText(JSON.stringify(rows), {
    after: 100,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  // The batch behind the one that was told of may be written already.
  expect([1100, 2100]).toContain(counts.rows);
  expect(counts.isComplete).toBe(false);
  expect(await said()).toHaveLength(counts.rows - 100);
  const rest = await importText(JSON.stringify(rows), { after: counts.rows });
  expect(rest).toMatchObject({ rows: 5500, isComplete: true, states: { RECORDED: 5500 - counts.rows, DUPLICATE: 0 } });
  const again = await importText(JSON.stringify(rows), { dryRun: true });
  expect(again.states).toMatchObject({ RECORDED: 5500 });
  expect(await said()).toHaveLength(5400);
});

test('a person is forgotten in imported rows too, and what is left is read as the same call', async () => {
  await importAll(row);
  await forgetInEvents(app.database.pool, {
    providers,
    account: app.account.id,
    finder: numberFinder('+919812345678', 'IN'),
    theirCalls: new Set([row.sid_id]),
  });
  const [kept] = await keptEvents(app);
  expect(kept?.body).not.toMatch(/9812345678|1\.mp3/);
  expect(kept?.body).toContain(row.sid_id);
  await replay();
  expect(await said()).toMatchObject([
    {
      call_sid: row.sid_id,
      customer_number: null,
      agent_number: '+919281234567',
      talk_seconds: 40,
      recording_url: null,
    },
  ]);
});
