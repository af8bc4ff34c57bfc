import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backfillAccounts } from '../../src/backfill/backfill-accounts.ts';
import { backfillCalls } from '../../src/backfill/backfill-calls.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import type { CallList } from '../../src/providers/provider.ts';
import { callListAccess, serviceProviders as providers } from '../../src/providers/registry.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { keptEvents } from '../webhook/knock.ts';
import { authcode, type CallListServer, type ListRow, startCallListServer } from './call-list-server.ts';

let app: TestApp;
let server: CallListServer;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  server = await startCallListServer();
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
});
afterEach(() => server.close());

type Row = Record<string, unknown>;
const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;
const sids = async () => (await run(sql`select call_sid from calls order by call_sid`)).map(({ call_sid }) => call_sid);
const pad = (n: number, length = 2) => String(n).padStart(length, '0');

const callerDeskList = { title: callerDesk.title, list: callerDesk.callList as CallList };
const backfill = (told: Partial<Parameters<typeof backfillCalls>[1]> = {}, retryMs = 1) =>
  backfillCalls(app.database.pool, {
    account: app.account,
    providers,
    source: { ...callerDeskList, url: server.url, authcode, retryMs, timeoutMs: 20_000 },
    from: '2026-01-30T18:30:00.000Z',
    to: '2026-02-02T18:30:00.000Z',
    ...told,
  });

function listed(n: number, told: ListRow = {}): ListRow {
  return {
    id: String(n),
    sid_id: `17698${pad(n, 5)}.${n}`,
    deskphone: '08062861230',
    member_name: 'Ashish',
    member_num: '9281234567',
    caller_num: `98${pad(n, 8)}`,
    coin_deducted: '1',
    startdatetime: `2026-02-01 ${pad(Math.floor(n / 3600) % 24)}:${pad(Math.floor(n / 60) % 60)}:${pad(n % 60)}`,
    enddatetime: '2026-02-01 23:59:59',
    total_duration: '50',
    talk_duration: '40',
    ringing_duration: '5',
    key_pressed: '',
    callresult: 'ANSWER',
    callstatus: '',
    group_name: 'Sales',
    LegA_Picked_time: '0000-00-00 00:00:00',
    LegB_Start_time: '',
    LegB_Picked_time: '2026-02-01 00:00:10',
    Flow_type: 'IVR',
    file: '',
    ...told,
  };
}
/** The newest first. */
const many = (count: number) => Array.from({ length: count }, (_, i) => listed(count - i));

describe('a back-fill', () => {
  test('adds what is missing, page by page and day by day, and the second time nothing', async () => {
    server.rows = [
      ...many(450),
      listed(999, { startdatetime: '2026-01-31 00:00:00' }),
      listed(998, { startdatetime: '2026-01-30 23:59:59' }),
    ];
    const counts = await backfill();
    expect(counts).toMatchObject({ isComplete: true, days: 3, daysDone: 3, rows: 451, states: { RECORDED: 451 } });
    expect(await sids()).toHaveLength(451);
    expect(server.asked.map((form) => `${form.get('start_date')} ${form.get('current_page')}`)).toEqual([
      '2026-01-31 1',
      '2026-01-31 2',
      ...[1, 2, 3, 4, 1].map((page) => `2026-02-01 ${page}`),
      '2026-02-02 1',
    ]);
    expect(server.asked[0]?.toString()).toBe(
      `authcode=${authcode}&start_date=2026-01-31&end_date=2026-01-31&current_page=1&per_page=200`,
    );
    const events = await keptEvents(app);
    expect(events[0]).toMatchObject({ form: 'BACKFILL', state: 'RECORDED', body: expect.stringContaining('"sid_id"') });
    expect((await backfill()).states).toMatchObject({ RECORDED: 0, DUPLICATE: 451 });
    expect(await keptEvents(app)).toEqual(events);
  });

  test('completes what is known, and does not touch what a webhook report gave', async () => {
    await app.send({
      type: 'call_report',
      CallSid: listed(1).sid_id,
      Direction: 'IVR',
      SourceNumber: '9800000001',
      StartTime: '2026-02-01 00:00:01',
      coins: '7',
    });
    server.rows = [listed(1, { coin_deducted: '9', file: 'https://callrecords.callerdesk.io/1.mp3' })];
    await backfill();
    const stored = () => run(sql`select coins, recording_url, agent_number from calls`);
    const expected = [
      { coins: '7', recording_url: 'https://callrecords.callerdesk.io/1.mp3', agent_number: '+919281234567' },
    ];
    expect(await stored()).toEqual(expected);
    await app.query('mutation { replayWebhookEvents(filter: {}) { replayed } }');
    expect(await stored()).toEqual(expected);
  });

  test('knows an outgoing call under another id by customer, agent and second', async () => {
    await app.send({
      type: 'call_report',
      CallSid: '55501',
      Direction: 'WEBOBD',
      SourceNumber: '9281234567',
      DialWhomNumber: '9800000001',
      StartTime: '2026-02-01 00:00:01',
      Status: 'ANSWER',
    });
    server.rows = [listed(1, { sid_id: '900001', Flow_type: 'WEBOBD' })];
    await backfill();
    expect(await sids()).toEqual(['55501']);
  });

  test('loses nothing while rows are added to the list, or taken from it, as it is read', async () => {
    server.rows = many(450);
    server.trouble = (_answer, form, nth) => {
      // After the second page: two calls more, and one of those already read is gone, so that a row moves to a page before.
      if (form.get('start_date') === '2026-02-01' && nth === 3)
        server.rows = server.rows.filter(({ id }) => id !== '440' && id !== '430');
      if (form.get('start_date') === '2026-02-01' && nth === 4) server.rows = [listed(460), ...server.rows];
      return false;
    };
    const counts = await backfill();
    expect(counts.isComplete).toBe(true);
    const known = new Set(await sids());
    for (const row of server.rows) expect(known).toContain(row.sid_id);
  });

  test('asks again after a lost connection, a busy or broken server, too many questions and nonsense', async () => {
    server.rows = many(3);
    server.trouble = (answer, _form, nth) => {
      if (nth === 1) answer.socket?.destroy();
      else if (nth === 2) answer.writeHead(502).end('bad gateway');
      else if (nth === 3) answer.writeHead(429, { 'retry-after': '0' }).end();
      else if (nth === 4) answer.end('<html>please wait</html>');
      else return false;
      return true;
    };
    expect(await backfill()).toMatchObject({ isComplete: true, states: { RECORDED: 3 } });
  });

  test('gives up in words after some tries, with what was there before kept', async () => {
    server.rows = [...many(3), listed(999, { startdatetime: '2026-01-31 00:00:00' })];
    server.trouble = (answer, form) => {
      if (form.get('start_date') !== '2026-02-01') return false;
      answer.writeHead(500).end();
      return true;
    };
    await expect(backfill()).rejects.toThrow("CallerDesk's call list cannot be had: it answers 500.");
    expect(server.asked.filter((form) => form.get('start_date') === '2026-02-01')).toHaveLength(6);
    expect(await sids()).toHaveLength(1);
  });

  test('does not wait for ever for an answer', async () => {
    server.trouble = () => true;
    const source = { ...callerDeskList, url: server.url, authcode, timeoutMs: 50, retryMs: 1 };
    await expect(backfill({ source })).rejects.toThrow('no answer within 0.05 s');
  });

  test('is not led elsewhere with the authcode, and does not ask again what is refused', async () => {
    server.trouble = (answer) => answer.writeHead(302, { location: 'http://127.0.0.1:9/' }).end() !== undefined;
    await expect(backfill()).rejects.toThrow('it answers 302');
    expect(server.asked).toHaveLength(1);
  });

  test('says what the provider refuses, without the authcode', async () => {
    const source = { ...callerDeskList, url: server.url, authcode: 'wrong-authcode-77' };
    const refused = await backfill({ source }).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', message: 'CallerDesk refuses: "Invalid authcode ***".' });
    expect(server.asked).toHaveLength(1);
  });

  test('takes only what began in the range, and an UNREADABLE row whenever it was', async () => {
    server.rows = [listed(3600), listed(7200), listed(10_800), listed(7201, { sid_id: '' })];
    const counts = await backfill({ from: '2026-01-31T20:30:00.000Z', to: '2026-01-31T21:30:00.000Z' });
    expect(await sids()).toEqual([listed(7200).sid_id]);
    expect(counts.states).toMatchObject({ RECORDED: 1, UNREADABLE: 1 });
    expect((await keptEvents(app)).at(-1)?.reason).toBe(
      'page 1, row 4: sid_id: blank, so the call cannot be told from others',
    );
  });

  test('ends when it is told to', async () => {
    server.rows = many(450);
    const stop = new AbortController();
    server.trouble = (_answer, _form, nth) => {
      if (nth === 3) stop.abort();
      return false;
    };
    expect(await backfill({ signal: stop.signal })).toMatchObject({ isComplete: false });
  });
});

test('on a schedule every account that has an authcode is back-filled, and the trouble of one is not the others’', async () => {
  await run(
    sql`insert into accounts (name, time_zone, region) values ('Delhi', 'Asia/Kolkata', 'IN'), ('Pune', 'Asia/Kolkata', 'IN')`,
  );
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' });
  const ago = (ms: number) => {
    const date = new Date(Date.now() - ms);
    return `${day.format(date)} ${date.toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' })}`;
  };
  server.rows = [
    listed(1, { startdatetime: ago(60_000), sid_id: 'just now' }),
    listed(2, { startdatetime: ago(3_600_000), sid_id: 'an hour ago' }),
    listed(3, { startdatetime: ago(5 * 3_600_000), sid_id: 'five hours ago' }),
  ];
  const warned: unknown[] = [];
  const log = { warn: (line: unknown) => warned.push(line), error: (line: unknown) => warned.push(line) };
  const settings = {
    CALLERDESK_URL: server.url,
    CALLERDESK_AUTHCODE: new Map([
      ['Delhi', 'wrong'],
      ['Pune', authcode],
    ]),
  };
  const { signal } = new AbortController();
  expect(
    await backfillAccounts(app.database.pool, { providers, access: callListAccess(settings), hours: 2, log, signal }),
  ).toBe(1);
  expect(await run(sql`select name, call_sid from calls join accounts on accounts.id = account_id`)).toEqual([
    { name: 'Pune', call_sid: 'an hour ago' },
  ]);
  expect(warned).toEqual([{ account: expect.any(Number), why: 'CallerDesk refuses: "Invalid authcode ***".' }]);
});

test('on a schedule an account that another instance is back-filling is left to it', async () => {
  await run(sql`insert into accounts (name, time_zone, region) values ('Goa', 'Asia/Kolkata', 'IN')`);
  const log = { warn: () => {}, error: () => {} };
  const settings = {
    CALLERDESK_URL: server.url,
    CALLERDESK_AUTHCODE: new Map([['Goa', authcode]]),
  };
  const { signal } = new AbortController();
  const backfillAll = () =>
    backfillAccounts(app.database.pool, { providers, access: callListAccess(settings), hours: 2, log, signal });
  let answerFirst = () => {};
  const firstAsks = new Promise<void>((resolve) => {
    server.trouble = (answer) => {
      answerFirst = () => void answer.end('{"type":"error","message":"No record found"}');
      resolve();
      return true;
    };
  });

  const first = backfillAll();
  await firstAsks;
  const askedByFirst = server.asked.length;
  expect(await backfillAll()).toBe(0);
  expect(server.asked).toHaveLength(askedByFirst);

  server.trouble = () => false;
  answerFirst();
  await first;
  await backfillAll();
  expect(server.asked.length).toBeGreaterThan(askedByFirst);
});
