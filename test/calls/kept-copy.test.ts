import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { deleteOldEndedCalls } from '../../src/calls/merge/delete-old-ended-calls.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { findNumber, forgetNumber } from '../../src/erasure/erase-person.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { projectFile } from '../../src/project-file.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { databaseClock, instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Consumer, type Copy, hasPython, startConsumer } from './consumer.ts';

let app: TestApp;
let consumer: Consumer;

beforeAll(async () => {
  app = await startApp();
  if (hasPython) consumer = startConsumer(app.url);
});
afterAll(async () => {
  consumer?.stop();
  await app?.close();
});
beforeEach(reset);

async function reset(): Promise<void> {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers,
    call_chunks, call_chunk_marks, ended_calls, ended_call_marks`);
  await run(sql`update accounts set outgoing_agent_leg = 'LEG_A'`);
}

type Row = Record<string, unknown>;
const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;

async function importAll(
  rows: readonly Row[],
  account: Account = app.account,
  form: 'BACKFILL' | 'IMPORT' = 'BACKFILL',
) {
  const given = rows.map((row, i) => ({ where: `row ${i + 1}`, body: Buffer.from(JSON.stringify(row)) }));
  const batches = (async function* () {
    yield given;
  })();
  await importRows(app.database.pool, { providers, account, rows: batches, form, clock: () => instantOf(Date.now()) });
}
const replay = () => app.query('mutation { replayWebhookEvents(filter: {}, first: 10000) { replayed } }');
const retain = (day: number) => deleteOldCalls(app.database.pool, { before: `2026-02-0${day}T00:00:00.000Z` });

const agent = '9281234567';
const customerOf = (n: number) => `981000000${n}`;
/** An outgoing call of a day of February, as each source tells of it; the list by an id of its own. */
function tellings(n: number) {
  const day = `2026-02-0${n + 1}`;
  const numbers = {
    Direction: 'WEBOBD',
    SourceNumber: agent,
    DialWhomNumber: customerOf(n),
    DestinationNumber: '08062861230',
  };
  return {
    row: {
      sid_id: `900${n}`,
      deskphone: '08062861230',
      member_num: agent,
      caller_num: customerOf(n),
      startdatetime: `${day} 10:00:00`,
      enddatetime: `${day} 10:01:00`,
      talk_duration: '40',
      callresult: 'ANSWER',
      Flow_type: 'WEBOBD',
    },
    live: { ...numbers, type: 'live_call', CallSid: `500${n}`, Status: 'Picked' },
    report: {
      ...numbers,
      type: 'call_report',
      CallSid: `500${n}`,
      Status: 'ANSWER',
      StartTime: `${day} 10:00:00`,
      EndTime: `${day} 10:01:00`,
      TalkDuration: '41',
    },
  };
}
type Telling = keyof ReturnType<typeof tellings>;
async function tell(n: number, ...kinds: Telling[]): Promise<void> {
  for (const kind of kinds) {
    if (kind === 'row') await importAll([tellings(n).row]);
    else expect(await app.send(tellings(n)[kind])).toBe(200);
  }
}

async function forget(n: number): Promise<void> {
  const found = await findNumber(app.database.pool, app.account, `+91${customerOf(n)}`);
  await forgetNumber(app.database.pool, { providers, account: app.account, found, clock: databaseClock });
}

const changedCalls = readFileSync(projectFile('docs', 'queries', '07-changed-calls.graphql'), 'utf8');
/** All calls, as a copy of them should be. */
async function truth(): Promise<Copy> {
  const { calls } = await app.query<{ calls: { nodes: (Row & { id: string })[] } }>(changedCalls, { pageSize: 500 });
  return Object.fromEntries(calls.nodes.map((call) => [call.id, call]));
}

type Ended = { id: string; removedAt: string; reason: string; replacedBy: string | null };
const past = () => new Date(Date.now() - 3_600_000).toISOString();
async function ended(since = past()): Promise<Ended[]> {
  const asked = `query ($since: DateTime!) { endedCalls(since: $since) { nodes { id removedAt reason replacedBy } } }`;
  return (await app.query<{ endedCalls: { nodes: Ended[] } }>(asked, { since })).endedCalls.nodes;
}
const idOf = async (callSid: string) =>
  (
    await app.query<{ callBySid: { id: string } | null }>('query ($s: String!) { callBySid(callSid: $s) { id } }', {
      s: callSid,
    })
  ).callBySid?.id ?? null;
const byId = (id: string) =>
  app.query(
    'query ($id: ID!) { call(id: $id) { callSid } node(id: $id) { ... on Call { callSid } } nodes(ids: [$id]) { id } }',
    {
      id,
    },
  );

describe('an id that ends', () => {
  test('is told of with the one that stands for it, and finds that call', async () => {
    await tell(1, 'live', 'row');
    const [gone, stands] = [await idOf('9001'), await idOf('5001')];
    expect(await ended()).toEqual([]);
    await tell(1, 'report');
    expect(await ended()).toEqual([{ id: gone, removedAt: expect.any(String), reason: 'MERGED', replacedBy: stands }]);
    const { call } = await app.query<{ call: { updatedAt: string } }>(
      'query ($id: ID!) { call(id: $id) { updatedAt } }',
      {
        id: stands,
      },
    );
    expect((await ended())[0]?.removedAt).toBe(call.updatedAt);
    expect(await byId(gone as string)).toEqual({
      call: { callSid: '5001' },
      node: { callSid: '5001' },
      nodes: [{ id: stands }],
    });

    await retain(9);
    expect(await ended()).toMatchObject([
      { id: gone, reason: 'MERGED', replacedBy: null },
      { id: stands, reason: 'RETENTION', replacedBy: null },
    ]);
    for (const id of [gone, stands])
      expect(await byId(id as string)).toEqual({ call: null, node: null, nodes: [null] });
  });

  test('is not told of where a dry run has taken the merge back', async () => {
    await joinable(1);
    await app.query('mutation { replayWebhookEvents(filter: {}, dryRun: true) { replayed } }');
    expect(await ended()).toEqual([]);
    await replay();
    expect(await ended()).toMatchObject([{ reason: 'MERGED', replacedBy: await idOf('5001') }]);
  });

  test('leads to the end of a chain', async () => {
    await tell(1, 'live', 'row', 'report');
    const [first] = await ended();
    await tell(2, 'row');
    // As if the call that stands became part of another one, as a listed one would.
    await run(sql`update calls set lesser_facts = (select lesser_facts from calls where call_sid = '9002'),
      started_at = x.started_at, sent_started_at = x.started_at, customer_number = x.customer_number, dialed_number = x.dialed_number
      from (select started_at, customer_number, dialed_number from calls where call_sid = '9002') x where call_sid = '5001'`);
    await run(sql`delete from calls where call_sid = '9002'`);
    await tell(2, 'live');
    const between = await idOf('5001');
    await tell(2, 'report');
    const last = await idOf('5002');
    expect(await idOf('5001')).toBeNull();
    expect(await ended()).toMatchObject([
      { id: first?.id, replacedBy: last },
      { id: between, replacedBy: last },
    ]);
    expect(await byId(first?.id as string)).toMatchObject({ call: { callSid: '5002' } });
  });

  test('comes in stable pages, those of one moment too', async () => {
    for (const n of [0, 1, 2, 3, 4]) await tell(n, 'report');
    expect(await retain(9)).toBe(5);
    const asked = `query ($since: DateTime!, $after: String) { endedCalls(since: $since, first: 2, after: $after) {
      totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`;
    const since = past();
    const ids: string[] = [];
    let after: string | null = null;
    do {
      type Page = {
        totalCount: number;
        nodes: { id: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      const { endedCalls }: { endedCalls: Page } = await app.query<{ endedCalls: Page }>(asked, { since, after });
      expect(endedCalls.totalCount).toBe(5);
      ids.push(...endedCalls.nodes.map(({ id }) => id));
      after = endedCalls.pageInfo.hasNextPage ? endedCalls.pageInfo.endCursor : null;
    } while (after);
    expect(ids).toEqual((await ended()).map(({ id }) => id));
    expect(new Set(ids).size).toBe(5);
  });

  test('costs a group without a merge no statement', async () => {
    await tell(1, 'report');
    app.takeStatements();
    await tell(2, 'live', 'row');
    expect(app.takeStatements().filter((text) => text.includes('ended_calls'))).toEqual([]);
  });

  test('is forgotten after its time, which whoever asks since before is told', async () => {
    await tell(1, 'report');
    await tell(2, 'report');
    await retain(9);
    const [one] = await ended();
    expect(await deleteOldEndedCalls(app.database.pool, { before: one?.removedAt as string })).toBe(0);
    const before = new Date(Date.now() + 1).toISOString();
    expect(await deleteOldEndedCalls(app.database.pool, { before })).toBe(2);
    const known = instantOf(Date.parse(one?.removedAt as string) + 1);
    const asked = await app.ask(`{ endedCalls(since: "${one?.removedAt}") { nodes { id } } }`);
    expect(asked.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Pull everything anew'),
      extensions: { code: 'BAD_USER_INPUT', argument: ['since'], allowed: `${known} or later` },
    });
    expect(await ended(known)).toEqual([]);
  });

  test.each([
    ['2020-01-01T00:00:00Z', 'told for 90 days'],
    ['2020-01-01T00:00:00.1234Z', 'since'],
  ])('since %s is refused', async (since, why) => {
    const { data, errors } = await app.ask(`{ endedCalls(since: "${since}") { nodes { id } } }`);
    expect(data?.endedCalls ?? null).toBeNull();
    expect(errors?.[0]?.message).toContain(why);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

/** Two stored calls that are one by today's settings. */
async function joinable(n: number): Promise<void> {
  await run(sql`update accounts set outgoing_agent_leg = 'LEG_B'`);
  const wrong: Account = { ...app.account, outgoingAgentLeg: 'LEG_B' };
  await importAll([tellings(n).report], wrong, 'IMPORT');
  await importAll([tellings(n).row], wrong, 'IMPORT');
  await run(sql`update accounts set outgoing_agent_leg = 'LEG_A'`);
}

describe.runIf(hasPython)('the copy that the consumer of the documentation keeps', () => {
  test('is the calls after every kind of change', { timeout: 120_000 }, async () => {
    const kinds: [what: string, change: () => Promise<unknown>][] = [
      ['nothing', async () => {}],
      ['a new call', () => tell(1, 'report')],
      ['a changed call', () => app.send({ ...tellings(1).report, TalkDuration: '7' })],
      ['a live call', () => tell(2, 'live')],
      ['a call of the list, the same without anybody knowing', () => tell(2, 'row')],
      ['a report that makes the two one', () => tell(2, 'report')],
      ['two calls that are one by settings to come', () => joinable(3)],
      ['a replay that makes them one', replay],
      ['an erased person', () => forget(1)],
      ['retention', () => retain(3)],
      ['a replay that makes again what retention deleted', replay],
      ['retention of all', () => retain(9)],
    ];
    let before = JSON.stringify(await consumer.pull({ isReset: true }));
    for (const [what, change] of kinds) {
      await change();
      const now = await truth();
      expect(await consumer.pull(), what).toEqual(now);
      if (what !== 'nothing') expect(JSON.stringify(now), what).not.toBe(before);
      before = JSON.stringify(now);
    }
    expect((await ended()).filter(({ reason }) => reason === 'MERGED')).toHaveLength(2);
  });

  test('is made anew where it is told that ended calls are not known any more', async () => {
    await tell(1, 'report');
    await tell(2, 'report');
    expect(Object.keys(await consumer.pull({ isReset: true }))).toHaveLength(2);
    await retain(3);
    await deleteOldEndedCalls(app.database.pool, { before: new Date(Date.now() + 1).toISOString() });
    await run(sql`update ended_call_marks set deleted_through = now() - interval '13 hours'`);
    await tell(5, 'report');
    const since = new Date(Date.now() - 14 * 3_600_000).toISOString();
    expect(await consumer.pull({ since })).toEqual(await truth());
  });

  test('is the calls, whatever happens in whatever order, and while it is pulled', { timeout: 300_000 }, async () => {
    const nth = fc.nat(4);
    const telling = fc.record({
      do: fc.constant('tell' as const),
      n: nth,
      kind: fc.constantFrom<Telling>('row', 'live', 'report'),
    });
    const change = fc.oneof(
      { weight: 8, arbitrary: telling },
      fc.record({ do: fc.constant('retain' as const), n: nth }),
      fc.record({ do: fc.constant('forget' as const), n: nth }),
      fc.record({ do: fc.constant('replay' as const), n: nth }),
      { weight: 3, arbitrary: fc.record({ do: fc.constant('pull' as const), n: nth }) },
    );
    let merges = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 30 }), async (changes) => {
        await reset();
        await consumer.pull({ isReset: true });
        let pulled: Promise<unknown> = Promise.resolve();
        for (const step of changes) {
          if (step.do === 'pull') {
            await pulled;
            pulled = consumer.pull();
          } else if (step.do === 'tell') await tell(step.n, step.kind);
          else if (step.do === 'retain') await retain(step.n + 1);
          else if (step.do === 'forget') await forget(step.n);
          else await replay();
        }
        await pulled;
        expect(await consumer.pull()).toEqual(await truth());
        merges += (await ended()).filter(({ reason }) => reason === 'MERGED').length;
      }),
      {
        numRuns: 30,
        // Chance alone makes two calls one in most runs, and not in every one.
        examples: [
          [
            [
              { do: 'tell', n: 2, kind: 'live' },
              { do: 'tell', n: 2, kind: 'row' },
              { do: 'pull', n: 0 },
              { do: 'tell', n: 2, kind: 'report' },
            ],
          ],
        ],
      },
    );
    expect(merges).toBeGreaterThan(0);
  });
});
