import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import type { Account } from '../../src/accounts/account.table.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { recordBatch } from '../../src/ingestion/record-batch.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { nameListOf, sealCursor } from '../../src/query/cursor.ts';
import { databaseClock } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';
import { cursors, ids, toGlobalId } from '../support/seals.ts';

let app: TestApp;
let other: Account;
let instances: OpenDatabase[];

beforeAll(async () => {
  app = await startApp();
  other = await insertAccount(app.database.db, { name: 'other' });
});
afterAll(() => app.close());

/** Two instances, of which the first has lower ids left than any that the second will have. */
beforeEach(async () => {
  await app.database.pool.query('truncate calls, webhook_events, webhook_arrivals');
  instances = [open(), open()];
  for (let i = 0; i < 65; i++) await deliver(0, { CallSid: `170000000${i}.1` }, { account: other });
  await app.database.pool.query('truncate webhook_events, webhook_arrivals');
  return () => Promise.all(instances.map(({ close }) => close()));
});
const open = () => openDatabase({ url: app.database.url, name: 'instance', max: 2 });

const at = '2026-01-05T10:00:00.000Z';

function deliver(instance: number, payload: object, { receivedAt = at, account = app.account } = {}) {
  const body = Buffer.from(JSON.stringify({ type: 'call_report', ...payload }));
  const delivery = { form: 'JSON', body, contentType: 'application/json' } as const;
  const read = readDelivery({ provider: callerDesk, account, delivery, urlKind: null, receivedAt });
  const { pool } = instances[instance] as OpenDatabase;
  return recordBatch(pool, { account, deliveries: [read], clock: databaseClock, providers });
}

type Event = { id: string; callSid: string };
type Events = { edges: { cursor: string; node: Event }[]; pageInfo: { hasNextPage: boolean } };

async function list(page: Record<string, unknown> = { first: 500 }): Promise<Events> {
  const { webhookEvents } = await app.query<{ webhookEvents: Events }>(
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      webhookEvents(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id callSid } } pageInfo { hasNextPage }
      }
    }`,
    page,
  );
  return webhookEvents;
}
const sidsOf = ({ edges }: Events) => edges.map(({ node }) => node.callSid);
const idOf = ({ id }: Event) => ids.read(id)?.id as number;

const report = (CallSid: string, TalkDuration: number) => ({
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DialWhomNumber: '9281234567',
  Status: 'ANSWER',
  StartTime: '2026-01-05 15:00:00',
  EndTime: '2026-01-05 15:05:00',
  TalkDuration: String(TalkDuration),
});
const talk = async () => (await app.database.pool.query('select talk_seconds as talk from calls')).rows;
const replay = (first = 1000, after: string | null = null) =>
  app.query<{ replayWebhookEvents: { replayed: number; lastEventId: string | null; isComplete: boolean } }>(
    `mutation ($first: Int, $after: ID) {
      replayWebhookEvents(filter: {}, first: $first, after: $after) { replayed lastEventId isComplete }
    }`,
    { first, after },
  );

describe('of what two instances kept at the same moment the first to be kept came first, whatever its id', () => {
  test('in the list', async () => {
    for (let i = 0; i < 6; i++) await deliver((i + 1) % 2, report(`1767607200.${i}`, i));
    const events = await list();
    expect(sidsOf(events)).toEqual([5, 4, 3, 2, 1, 0].map((i) => `1767607200.${i}`));
    const ids = events.edges.map(({ node }) => idOf(node)).reverse();
    // What came second has a lower id than what came first, and so on.
    for (let i = 1; i < 6; i += 2) expect(ids[i]).toBeLessThan(ids[i - 1] as number);
  });

  test('in a replay: the later report stands', async () => {
    await deliver(1, report('1767607200.1', 10));
    await deliver(0, report('1767607200.1', 20));
    expect(await talk()).toEqual([{ talk: 20 }]);
    await replay();
    expect(await talk()).toEqual([{ talk: 20 }]);
  });

  test('of what waits for its call: the later addition stands', async () => {
    const recording = (name: string) => ({
      CallSid: '1767607200.1',
      CallRecordingUrl: `https://rec.example.com/${name}`,
    });
    expect(await deliver(1, recording('first.mp3'))).toEqual(['WAITING']);
    expect(await deliver(0, recording('second.mp3'))).toEqual(['WAITING']);
    await deliver(1, report('1767607200.1', 10));
    const { rows } = await app.database.pool.query('select recording_url as url from calls');
    expect(rows).toEqual([{ url: 'https://rec.example.com/second.mp3' }]);
  });
});

test('however instances and moments mix, pages from either end and replays go through all in order of arrival', async () => {
  const aDelivery = fc.record({ instance: fc.nat(1), ms: fc.nat(2) });
  let runsAgainstTime = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(aDelivery, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (deliveries, size) => {
        await app.database.pool.query('truncate calls, webhook_events');
        for (const [i, { instance, ms }] of deliveries.entries()) {
          await deliver(instance, report(`1767607200.${i}`, i), { receivedAt: `2026-01-05T10:00:00.00${ms}Z` });
        }
        const order = [...deliveries.keys()].sort(
          (a, b) => (deliveries[a]?.ms ?? 0) - (deliveries[b]?.ms ?? 0) || a - b,
        );
        const sids = order.map((i) => `1767607200.${i}`);

        const forwards: string[] = [];
        for (let after: string | undefined, goesOn = true; goesOn; ) {
          const page = await list({ first: size, after });
          forwards.push(...sidsOf(page));
          after = page.edges.at(-1)?.cursor;
          goesOn = page.pageInfo.hasNextPage;
        }
        expect(forwards).toEqual([...sids].reverse());
        const backwards: string[] = [];
        for (let before: string | undefined; backwards.length < sids.length; ) {
          const page = await list({ last: size, before });
          backwards.unshift(...sidsOf(page));
          before = page.edges[0]?.cursor;
        }
        expect(backwards).toEqual([...sids].reverse());

        const { edges } = await list();
        const bySid = new Map(edges.map(({ node }) => [node.id, node.callSid]));
        const replayed: (string | undefined)[] = [];
        for (let after: string | null = null; replayed.length < sids.length; ) {
          after = (await replay(1, after)).replayWebhookEvents.lastEventId;
          replayed.push(bySid.get(after ?? ''));
        }
        expect(replayed).toEqual(sids);
        const ids = edges.map(({ node }) => idOf(node)).reverse();
        if (ids.some((id, i) => i > 0 && id < (ids[i - 1] as number))) runsAgainstTime += 1;
      },
    ),
    { numRuns: 15 },
  );
  expect(runsAgainstTime).toBeGreaterThan(3);
}, 60_000);

test('what was kept before there were numbers stays in its order, before what comes at the same moment; its cursors count', async () => {
  await app.database.pool.query(
    `insert into webhook_events (account_id, received_at, kind, form, state, body, content_hash, call_sid)
     select $1, $2, 'CALL_REPORT', 'JSON', 'RECORDED', '{}', '\\x00', '1767607100.' || i from generate_series(1, 3) as i order by i`,
    [app.account.id, at],
  );
  await deliver(0, report('1767607200.1', 1));
  const all = await list();
  expect(sidsOf(all)).toEqual(['1767607200.1', '1767607100.3', '1767607100.2', '1767607100.1']);
  const second = all.edges[2]?.node as Event;
  const after = sealCursor(cursors, nameListOf(administrator, 'webhookEvents', null), [at, 0, idOf(second)]);
  expect(sidsOf(await list({ first: 10, after }))).toEqual(['1767607100.1']);
  expect(sidsOf(await list({ last: 10, before: after }))).toEqual(['1767607200.1', '1767607100.3']);
  const { replayed } = (await replay(1000, toGlobalId('WebhookEvent', idOf(second)))).replayWebhookEvents;
  expect(replayed).toBe(2);
});

test('what is imported has its place in the count, and says nothing of whether the webhook works', async () => {
  const { pool } = instances[0] as OpenDatabase;
  const body = Buffer.from(JSON.stringify(report('1767607200.7', 7)));
  const delivery = { form: 'JSON', body, contentType: 'application/json', importedAs: 'IMPORT' } as const;
  const { account } = app;
  const read = readDelivery({ provider: callerDesk, account, delivery, urlKind: null, receivedAt: at });
  await recordBatch(pool, { account, deliveries: [read], clock: databaseClock, providers, isImported: true });
  expect((await app.query('{ webhookHealth { lastEventAt lastCallReportAt } }')).webhookHealth).toEqual({
    lastEventAt: null,
    lastCallReportAt: null,
  });
  await deliver(1, report('1767607200.8', 8));
  const { rows } = await pool.query(
    'select arrival_number::integer as number, form from webhook_events where account_id = $1 order by 1',
    [account.id],
  );
  expect(rows).toEqual([
    { number: 1, form: 'IMPORT' },
    { number: 2, form: 'JSON' },
  ]);
});
