import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { currentVersions as versions } from '../../src/columnar/columns.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { whilePacking } from '../../src/columnar/packing/packing.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { verifyChunks } from '../../src/columnar/packing/verify-chunks.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { keptEvents } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers,
    call_chunks, call_chunk_marks`);
});

type Row = Record<string, unknown>;
const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;
const clock = () => instantOf(Date.now());

async function importAll(
  rows: readonly Row[],
  account: Account = app.account,
  form: 'BACKFILL' | 'IMPORT' = 'BACKFILL',
  receivedAt = clock,
) {
  const given = rows.map((row, i) => ({ where: `row ${i + 1}`, body: Buffer.from(JSON.stringify(row)) }));
  const batches = (async function* () {
    yield given;
  })();
  return importRows(app.database.pool, { providers, account, rows: batches, form, clock: receivedAt });
}
const replay = () => app.query('mutation { replayWebhookEvents(filter: {}, first: 10000) { replayed } }');

const agent = '9281234567';
/** One outgoing call, as each source tells of it: the list by an id of its own. */
function tellings(customer: string, own = { listed: `9${customer}`, sent: `5${customer}` }) {
  const numbers = {
    Direction: 'WEBOBD',
    SourceNumber: agent,
    DialWhomNumber: customer,
    DestinationNumber: '08062861230',
  };
  const live = { ...numbers, type: 'live_call', CallSid: own.sent, Status: 'Picked', campid: '77' };
  return {
    row: {
      id: '1',
      sid_id: own.listed,
      deskphone: '08062861230',
      member_name: 'Asha',
      member_num: agent,
      caller_num: customer,
      coin_deducted: '2',
      startdatetime: '2026-02-01 10:00:00',
      enddatetime: '2026-02-01 10:01:00',
      talk_duration: '40',
      callresult: 'ANSWER',
      group_name: 'Sales',
      Flow_type: 'WEBOBD',
      file: 'https://callrecords.callerdesk.io/1.mp3',
    },
    report: {
      ...numbers,
      type: 'call_report',
      CallSid: own.sent,
      receiver_name: 'Asha',
      Status: 'ANSWER',
      StartTime: '2026-02-01 10:00:00',
      EndTime: '2026-02-01 10:01:00',
      TalkDuration: '41',
      coins: '3',
    },
    live: { ...live, StartTime: '2026-02-01 10:00:00' },
    liveWithoutStart: live,
  };
}
const customerOf = (n: number) => `98${String(n).padStart(8, '0')}`;

/** What is stored of calls, but for what tells one from the other and when it was written. */
async function contents(): Promise<Row[]> {
  const rows = await run(sql`select * from calls order by customer_number, id`);
  return rows.map(
    ({
      id: _i,
      call_sid: _s,
      created_at: _c,
      updated_at: _u,
      customer_id: _d,
      customer_number: _n,
      dialed_number: _m,
      ...said
    }) => said,
  );
}
const sids = async () => (await run(sql`select call_sid from calls order by call_sid`)).map(({ call_sid }) => call_sid);

type Telling = keyof ReturnType<typeof tellings>;
function permutations<T>(of: readonly T[]): T[][] {
  if (of.length < 2) return [[...of]];
  return of.flatMap((first, i) => permutations(of.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

describe('an outgoing call that the list names otherwise', () => {
  test('is one call, and the same one, in whatever order the list and the webhook tell of it', async () => {
    const orders = permutations<Telling>(['row', 'report', 'live', 'liveWithoutStart']);
    for (const [n, order] of orders.entries()) {
      const told = tellings(customerOf(n));
      for (const telling of order) {
        if (telling === 'row') await importAll([told.row]);
        else expect(await app.send(told[telling])).toBe(200);
      }
    }
    const found = await contents();
    expect(await sids()).toEqual(orders.map((_, n) => tellings(customerOf(n)).report.CallSid));
    for (const content of found) expect(content).toEqual(found[0]);
    expect(found[0]).toMatchObject({ status: 'COMPLETED', talk_seconds: 41, coins: '3' });
    expect(found[0]?.recording_url).toBe('https://callrecords.callerdesk.io/1.mp3');

    const events = await keptEvents(app);
    expect(new Set(events.map(({ callSid }) => callSid))).toEqual(new Set(await sids()));
    expect((await importAll(orders.map((_, n) => tellings(customerOf(n)).row))).states).toMatchObject({
      DUPLICATE: orders.length,
    });
    const before = await run(sql`select xmin::text, * from calls order by id`);
    await replay();
    expect(await run(sql`select xmin::text, * from calls order by id`)).toEqual(before);
  });

  test('is one call when the list and the webhook tell of it at the same time', async () => {
    const all = Array.from({ length: 120 }, (_, n) => tellings(customerOf(n)));
    const lists = [0, 40, 80].map((from) => importAll(all.slice(from, from + 40).map(({ row }) => row)));
    const sent = all.flatMap(({ report, live, liveWithoutStart }, n) => {
      const telling = [report, n % 2 === 0 ? live : liveWithoutStart];
      return n % 3 === 0 ? telling.reverse() : telling;
    });
    const statuses = await Promise.all([...sent.map((delivery) => app.send(delivery)), ...lists]);
    expect(new Set(statuses.slice(0, sent.length))).toEqual(new Set([200]));
    const found = await run(sql`select call_sid, status, talk_seconds, recording_url from calls order by call_sid`);
    const recording_url = 'https://callrecords.callerdesk.io/1.mp3';
    expect(found).toEqual(
      all.map(({ report }) => ({ call_sid: report.CallSid, status: 'COMPLETED', talk_seconds: 41, recording_url })),
    );
    expect(new Set((await keptEvents(app)).map(({ callSid }) => callSid))).toEqual(
      new Set(all.map(({ report }) => report.CallSid)),
    );
  });

  test('keeps the id under which it was asked for before its report came', async () => {
    const { row, report } = tellings(customerOf(1));
    await importAll([row]);
    const [before] = await run(sql`select id, created_at from calls`);
    await app.send(report);
    expect(await run(sql`select id, created_at from calls`)).toEqual([before]);
  });

  test('is one call when a file of reports comes after the list', async () => {
    const { row, report } = tellings(customerOf(1));
    await importAll([row]);
    await importAll([report], app.account, 'IMPORT');
    expect(await sids()).toEqual([report.CallSid]);
  });

  test('is one call when it was live, then in the list, and then in a file of reports', async () => {
    const { row, report, liveWithoutStart } = tellings(customerOf(1));
    await app.send(liveWithoutStart);
    await importAll([row]);
    const counts = await importAll([report], app.account, 'IMPORT');
    expect(counts).toMatchObject({ rows: 1, states: { RECORDED: 1 }, isComplete: true });
    expect(await run(sql`select call_sid, status from calls`)).toEqual([
      { call_sid: report.CallSid, status: 'COMPLETED' },
    ]);
  });

  test('is deleted under the id of the list where it is known under the other, from chunks and times too', async () => {
    const { row, report, liveWithoutStart } = tellings(customerOf(1));
    await app.send(liveWithoutStart);
    await importAll([{ ...row, deskphone: '08062869999' }]);
    expect(await sids()).toHaveLength(2);
    await rebuildChunks(app.database.pool, { accountId: app.account.id, clock });
    await app.send(report);
    expect(await sids()).toEqual([report.CallSid]);
    const counted = `{ callMetrics(range: { between: { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" } }) { totals { callCount } } }`;
    expect(await app.query(counted)).toEqual({ callMetrics: { totals: { callCount: 1 } } });
    await packChanges(app.database.pool, { accountId: app.account.id, clock });
    const verified = await verifyChunks(app.database.pool, { accountId: app.account.id });
    expect(verified).toMatchObject({ packed: 1, differing: 0 });
    expect(await run(sql`select number, first_call_at from virtual_numbers order by number`)).toEqual([
      { number: '+918062861230', first_call_at: expect.anything() },
      { number: '+918062869999', first_call_at: null },
    ]);
  });

  test('waits for no packing, and is one call all the same', async () => {
    const { row, report, liveWithoutStart } = tellings(customerOf(1));
    await app.send(liveWithoutStart);
    await importAll([row]);
    await whilePacking(app.database.pool, { account: app.account.id, versions }, async () => {
      expect(await app.send(report)).toBe(200);
      expect(await sids()).toEqual([report.CallSid]);
    });
  });

  test('is joined by a replay where a setting was wrong, whichever was received first', async () => {
    const wrong: Account = { ...app.account, outgoingAgentLeg: 'LEG_B' };
    const set = (leg: string) => run(sql`update accounts set outgoing_agent_leg = ${leg}`);
    const [first, second] = [tellings(customerOf(1)), tellings(customerOf(2))];
    await set('LEG_B');
    for (const [n, told] of [first.report, first.row, second.row, second.report].entries()) {
      await importAll([told], wrong, 'IMPORT', () => `2026-02-02T00:00:0${n}.000Z`);
    }
    expect(await sids()).toHaveLength(4);
    await set('LEG_A');
    // So that what is noted on deliveries is written anew.
    await run(sql`update webhook_events set unknown_words = array['once unknown']`);
    await replay();
    const joined = await contents();
    const callSids = (await keptEvents(app)).map(({ callSid }) => callSid);
    expect(callSids).toEqual([first, first, second, second].map(({ report }) => report.CallSid));
    expect(await sids()).toEqual([first.report.CallSid, second.report.CallSid]);
    // Of what was imported the later one tells.
    expect(joined).toMatchObject([{ talk_seconds: 40 }, { talk_seconds: 41 }]);
    for (const { agent_number } of joined) expect(agent_number).toBe(`+91${agent}`);
  });
});

describe('calls stay two', () => {
  test('where the list has two of one second, and the webhook reports both', async () => {
    const [one, other] = ['1', '2'].map((n) => tellings(customerOf(1), { listed: `900${n}`, sent: `500${n}` }));
    await importAll([one?.row, other?.row] as Row[]);
    expect(await sids()).toEqual(['9001', '9002']);
    await Promise.all([app.send(one?.report as Row), app.send(other?.report as Row)]);
    expect(await sids()).toEqual(['5001', '5002']);
  });

  test.each<[what: string, change: Row]>([
    ['began a second later', { StartTime: '2026-02-01 10:00:01' }],
    ['is of another customer', { DialWhomNumber: customerOf(2) }],
    ['is of another agent', { SourceNumber: '9281234568' }],
    ['came in', { Direction: 'IVR', SourceNumber: customerOf(1), DialWhomNumber: agent }],
  ])('where the one of the webhook %s', async (_what, change) => {
    const { row, report } = tellings(customerOf(1));
    await importAll([row]);
    await app.send({ ...report, ...change });
    expect(await sids()).toHaveLength(2);
  });

  test('where both ids are of reports', async () => {
    const [one, other] = ['1', '2'].map((n) => tellings(customerOf(1), { listed: `900${n}`, sent: `500${n}` }));
    await importAll([one?.report as Row], app.account, 'IMPORT');
    await app.send(other?.report as Row);
    expect(await sids()).toEqual(['5001', '5002']);
  });

  test('where a live event told of the id that the list gives', async () => {
    const { row, live, report } = tellings(customerOf(1), { listed: '5001', sent: '5001' });
    await app.send(live);
    await importAll([row]);
    await app.send({ ...report, CallSid: '5002' });
    expect(await sids()).toEqual(['5001', '5002']);
  });
});
