import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../../src/access/viewer.ts';
import type { Account } from '../../src/accounts/account.table.ts';
import type { CallFilter } from '../../src/graphql/generated/inputs.ts';
import { ChangeNotifier } from '../../src/live/change-notifier.ts';
import type { LiveFeed } from '../../src/live/live-feed.ts';
import type { LiveEvent } from '../../src/live/watcher.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';
import { openFeed, watch } from './world.ts';

let app: TestApp;
let feed: LiveFeed;
let other: Account;
const reader: Viewer = { name: 'reader', accounts: 'all', scopes: ['calls', 'numbers', 'recordings'] };

beforeAll(async () => {
  app = await startApp();
  other = await insertAccount(app.database.db, { name: 'other' });
  feed = openFeed(app.database.url);
});
afterAll(async () => {
  await feed.stop();
  await app.close();
});
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function watching(filter: CallFilter = {}, more: { viewer?: Viewer; since?: string; on?: LiveFeed } = {}) {
  const { on = feed, ...rest } = more;
  const watched = await watch(on, { filter, viewer: reader, ...rest });
  stops.push(watched.stop);
  return watched;
}

let sids = 0;
const newSid = () => `1672649960.${7000 + sids++}`;
const ringing = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'live_call',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  Status: 'Transfer to agent',
  ...more,
});
const report = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'call_report',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
  ...more,
});
const send = async (payload: Record<string, unknown>) => expect(await app.send(payload)).toBe(200);
const kinds = (came: readonly LiveEvent[]) => came.map(({ kind, call }) => `${kind} ${call?.callSid ?? ''}`.trim());
const live: CallFilter = { status: { in: ['RINGING', 'IN_PROGRESS'] } };
const soon = { timeout: 10_000, interval: 10 };

test('a call that fits is told of, and when it fits no more', async () => {
  const watched = await watching(live);
  const sid = newSid();
  await send(ringing(sid));
  await expect.poll(() => kinds(watched.came), soon).toEqual([`MATCHES ${sid}`]);
  await send(report(sid));
  await expect.poll(() => kinds(watched.came), soon).toEqual([`MATCHES ${sid}`, `LEFT ${sid}`]);
  await send(report(sid, { TalkDuration: '41' }));
  const all = await watching({ callSid: { eq: sid } }, { since: watched.startToken });
  await expect.poll(() => kinds(all.came), soon).toEqual([`MATCHES ${sid}`]);
  expect(watched.came).toHaveLength(2);
});

test('with a wake-up it takes no second', async () => {
  const notifier = new ChangeNotifier(app.database.url, { error: () => {}, warn: () => {} });
  stops.push(() => notifier.close());
  const watched = await watching();
  const took: number[] = [];
  for (let i = 0; i < 10; i++) {
    const sid = newSid();
    const begun = performance.now();
    await send(report(sid));
    notifier.changed(app.account.id);
    await expect.poll(() => kinds(watched.came), { timeout: 5000, interval: 1 }).toContain(`MATCHES ${sid}`);
    took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  expect(took[5]).toBeLessThan(500);
});

test('watchers of something else cost nothing', async () => {
  const sid = newSid();
  await send(report(sid));
  const one = await watching({ callSid: { eq: sid } });
  for (let i = 0; i < 200; i++) {
    await watching({ agentId: { eq: toGlobalId('Agent', 1000 + i) }, direction: { eq: 'INBOUND' } });
    await watching({ callSid: { in: [`other ${i}`, `another ${i}`] } });
    await watching({}, { viewer: { ...reader, accounts: [other.id] } });
  }
  const before = feed.figures.asked;
  await send(report(sid, { TalkDuration: '30' }));
  await expect.poll(() => kinds(one.came), soon).toEqual([`MATCHES ${sid}`]);
  expect(feed.figures.asked - before).toBeLessThanOrEqual(2);
});

test('a viewer is told of the calls of their accounts alone, and cannot go on by the token of another', async () => {
  const theirs = await watching({}, { viewer: { ...reader, accounts: [other.id] } });
  const all = await watching();
  const sid = newSid();
  await send(report(sid));
  await expect.poll(() => kinds(all.came), soon).toEqual([`MATCHES ${sid}`]);
  expect(theirs.came).toEqual([]);
  const since = all.token();
  await expect(watching({}, { since, viewer: { ...reader, accounts: [other.id] } })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining('since: was given to a key that sees something else'),
  });
  await expect(watching({}, { since: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(watching({}, { viewer: { ...reader, scopes: ['metrics'] } })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('an account that is made later is told of, to whoever sees all; and one that a second watcher brings in', async () => {
  const on = openFeed(app.database.url);
  stops.push(() => on.stop());
  const first = await watching({}, { viewer: { ...reader, accounts: [other.id] }, on });
  const all = await watching({ callSid: { startsWith: 'of a new' } }, { on });
  const made = await insertAccount(app.database.db, { name: 'made later' });
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
     values ($1, 'of a new account', 'INBOUND', 'COMPLETED', now(), now(), date_trunc('milliseconds', now()))`,
    [made.id],
  );
  await expect.poll(() => kinds(all.came), soon).toEqual(['MATCHES of a new account']);
  expect(first.came).toEqual([]);
  // By a token of a time before there was such an account.
  const again = await watching({ callSid: { startsWith: 'of a new' } }, { since: all.startToken });
  await expect.poll(() => kinds(again.came), soon).toEqual(['MATCHES of a new account']);
});

test('a token of a time of which ended calls are no longer known is too old', async () => {
  const watched = await watching();
  const sid = newSid();
  await send(report(sid));
  await expect.poll(() => kinds(watched.came), soon).toContain(`MATCHES ${sid}`);
  const since = watched.token();
  await watching({}, { since });
  await app.database.pool.query(`insert into ended_call_marks (account_id, deleted_through) values ($1, $2)`, [
    app.account.id,
    watched.came.at(-1)?.call?.updatedAt,
  ]);
  await watching({}, { since });
  await app.database.pool.query(`update ended_call_marks set deleted_through = deleted_through + interval '1 ms'`);
  await expect(watching({}, { since })).rejects.toMatchObject({ code: 'TOKEN_TOO_OLD' });
  await watching({ accountId: { eq: toGlobalId('Account', other.id) } }, { since });
  await app.database.pool.query('delete from ended_call_marks');
});

test('a filter is asked of what a masked viewer is shown', async () => {
  const masked = { ...reader, scopes: ['calls'] } as const;
  const hidden = await watching({ agentName: { contains: '9281234567' } }, { viewer: masked });
  const shown = await watching({ agentName: { startsWith: 'Ravi' } }, { viewer: masked });
  const sid = newSid();
  await send(report(sid, { receiver_name: 'Ravi 9281234567' }));
  await expect.poll(() => kinds(shown.came), soon).toEqual([`MATCHES ${sid}`]);
  expect(hidden.came).toEqual([]);
});

test('a feed without watchers leaves no connection, and a stopped one no watcher', async () => {
  const on = openFeed(app.database.url);
  const watched = await watch(on, { viewer: reader });
  await on.stop();
  await watched.over;
  expect(watched.error()).toMatchObject({ code: 'UNAVAILABLE' });
  await expect(watch(on, { viewer: reader })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(on.figures).toMatchObject({ watchers: 0, waiting: 0 });
});

test('a notifier whose database is away takes what it is told, and ends', async () => {
  const warnings: unknown[] = [];
  const note = (told: object) => void warnings.push(told);
  const notifier = new ChangeNotifier('postgres://nobody@127.0.0.1:1/nothing', { error: note, warn: note });
  for (let account = 1; account < 1000; account++) notifier.changed(account);
  await expect.poll(() => warnings.length, soon).toBe(1);
  await notifier.close();
});

test('a watcher that takes nothing is cut off, and goes on by its token', async () => {
  const { events } = await feed.watch({
    viewer: reader,
    predicate: { all: [] },
    cancellation: new (await import('../../src/cancellation.ts')).Cancellation(),
  });
  const watched = await watching();
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
     select $1, 'many ' || n, 'INBOUND', 'COMPLETED', now(), now(), now() + n * interval '1 millisecond'
     from generate_series(1, 2500) as n`,
    [app.account.id],
  );
  await expect.poll(() => watched.came.length, soon).toBe(2500);
  await expect(events.next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
  expect(await events.next()).toEqual({ done: true, value: undefined });
  await watched.stop();
  expect(feed.figures).toMatchObject({ watchers: 0, waiting: 0 });
});

test('whoever begins while the feed is stopped is told so, however far that has come', async () => {
  const on = openFeed(app.database.url);
  const before = await watch(on, { viewer: reader });
  const begun = [{}, { since: before.startToken }, { viewer: { ...reader, accounts: [other.id] } }].map((more) =>
    watch(on, { viewer: reader, ...more }).then(
      (watched) => watched.over.then(() => watched.error()),
      (error: unknown) => error,
    ),
  );
  await on.stop();
  for (const error of await Promise.all(begun)) expect(error).toMatchObject({ code: 'UNAVAILABLE' });
});
