import { setTimeout as sleep } from 'node:timers/promises';
import { and } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '../../src/access/viewer.ts';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls } from '../../src/calls/call.table.ts';
import { callPredicate } from '../../src/calls/list/call-filter.ts';
import { callSql } from '../../src/calls/list/call-predicate.ts';
import { Cancellation } from '../../src/cancellation.ts';
import type { CallFilter } from '../../src/graphql/generated/inputs.ts';
import { ChangeNotifier } from '../../src/live/change-notifier.ts';
import type { LiveFeed } from '../../src/live/live-feed.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import type { Predicate } from '../../src/query/predicate.ts';
import { visibleSql } from '../../src/query/predicate-sql.ts';
import { drawMixture } from '../ingestion/draw-mixture.ts';
import { takeStep } from '../ingestion/take-step.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertAccount } from '../support/factories.ts';
import { ids, toGlobalId } from '../support/seals.ts';
import { type Complaints, openFeed } from './world.ts';

let database: TestDatabase;
let writers: TestDatabase[];
let notifier: ChangeNotifier;
let accounts: Account[];

beforeAll(async () => {
  database = await createTestDatabase({ max: 4 });
  const { url } = database;
  writers = [0, 1].map((i) => ({ ...openDatabase({ url, name: `writer ${i}`, max: 4, findsByKey: true }), url }));
  notifier = new ChangeNotifier(url, { error: () => {}, warn: () => {} });
  accounts = [await insertAccount(database.db, { name: 'one' }), await insertAccount(database.db, { name: 'other' })];
});
afterAll(async () => {
  await notifier.close();
  for (const { close } of writers) await close();
  await database.close();
});
const empty = () =>
  database.pool.query(
    `truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers, webhook_arrivals, write_marks,
      ended_calls, ended_call_marks, call_chunks, call_chunk_marks`,
  );
beforeEach(empty);

/** What somebody has of the calls: begun with a list, then kept by events alone. */
class Copy {
  readonly #viewer: Viewer;
  readonly #predicate: Predicate;
  /** When each call was changed last. */
  readonly #calls = new Map<number, string>();
  readonly #seen = new Set<string>();
  readonly repeated: string[] = [];
  failure: unknown = null;
  #token: string | null = null;
  #going: { cancellation: Cancellation; over: Promise<void> } | null = null;

  constructor(viewer: Viewer, filter: CallFilter) {
    this.#viewer = viewer;
    this.#predicate = callPredicate(filter, { region: 'IN', ids, viewer });
  }

  get isGoing(): boolean {
    return this.#going !== null;
  }

  async begin(feed: LiveFeed): Promise<void> {
    const listed = async () => {
      for (const [id, at] of await this.list()) this.#calls.set(id, at);
    };
    await this.#watch(feed, null, listed);
  }

  /** Goes on from the last event. */
  async goOn(feed: LiveFeed): Promise<void> {
    await this.#watch(feed, this.#token, async () => {});
  }

  async cut(): Promise<void> {
    this.#going?.cancellation.cancel();
    await this.#going?.over;
    this.#going = null;
  }

  async list(): Promise<[number, string][]> {
    const rows = await database.db
      .select({ id: calls.id, at: calls.updatedAt })
      .from(calls)
      .where(and(visibleSql(this.#viewer, calls.accountId), callSql(this.#predicate)));
    return rows.map(({ id, at }) => [id, at] as const).sort(([a], [b]) => a - b) as [number, string][];
  }

  content(): [number, string][] {
    return [...this.#calls].sort(([a], [b]) => a - b);
  }

  async #watch(feed: LiveFeed, since: string | null, before: () => Promise<void>): Promise<void> {
    const cancellation = new Cancellation();
    const viewer = this.#viewer;
    const { start, events } = await feed.watch({ viewer, predicate: this.#predicate, since, cancellation });
    this.#token ??= feed.writeToken(start, viewer);
    await before();
    const take = async () => {
      for await (const { kind, callId, call, position } of events) {
        const told = `${kind} ${callId} ${call?.updatedAt ?? ''}`;
        if (this.#seen.has(told)) this.repeated.push(told);
        this.#seen.add(told);
        if (kind === 'MATCHES') this.#calls.set(callId, call?.updatedAt ?? '');
        else this.#calls.delete(callId);
        this.#token = feed.writeToken(position, viewer);
      }
    };
    const over = take().catch((error: unknown) => {
      if (!cancellation.isCancelled) this.failure = error;
    });
    this.#going = { cancellation, over };
  }
}

const few = <Value>(...values: Value[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });
/** They stand for ids, which are known once there are some. */
const agentIds = ['#Agent:0', '#Agent:1', '#Agent:2'];
const leaf: fc.Arbitrary<CallFilter> = fc.oneof(
  few('RINGING' as const, 'IN_PROGRESS' as const, 'COMPLETED' as const, 'UNREPORTED' as const).map((list) => ({
    status: { in: list },
  })),
  fc.constant<CallFilter>({ status: { in: ['RINGING', 'IN_PROGRESS'] } }),
  fc.constantFrom('INBOUND' as const, 'OUTBOUND' as const).map((eq) => ({ direction: { eq } })),
  few('ANSWERED' as const, 'MISSED' as const, 'ABANDONED' as const).map((list) => ({ outcome: { in: list } })),
  fc.constantFrom(...agentIds).map((eq) => ({ agentId: { eq } })),
  fc.constantFrom(...agentIds).map((eq) => ({ agentId: { ne: eq } })),
  fc.constantFrom('#Customer:0', '#Customer:1').map((eq) => ({ customerId: { eq } })),
  fc.constantFrom(0, 20, 40).map((gt) => ({ talkSeconds: { gt } })),
  fc.constantFrom('a', 'R').map((contains) => ({ agentName: { contains } })),
  fc.boolean().map((hasRecording) => ({ hasRecording })),
  fc.constantFrom('1', '9').map((startsWith) => ({ callSid: { startsWith } })),
);
const filter: fc.Arbitrary<CallFilter> = fc.oneof(
  leaf,
  fc.constant({}),
  fc.tuple(leaf, leaf).map(([a, b]) => ({ and: [a, b] })),
  fc.tuple(leaf, leaf).map(([a, b]) => ({ or: [a, b] })),
  leaf.map((not) => ({ not })),
);
const viewer = (place: number): Viewer => {
  const all = { name: 'reader', accounts: 'all', scopes: ['calls', 'numbers', 'recordings'] } as const;
  if (place === 0) return all;
  if (place === 1) return { ...all, accounts: [accounts[1]?.id ?? 0] };
  if (place === 2) return { ...all, accounts: accounts.map(({ id }) => id), scopes: ['calls'] };
  return { ...all, scopes: ['calls'] };
};
/** What is done with a copy between two steps. */
const turn = fc.record({
  copy: fc.nat(5),
  feed: fc.nat(1),
  waitMs: fc.oneof(fc.constant(0), fc.nat(40)),
  isTold: fc.boolean(),
});

test('a copy that is cut off and goes on by its token, on one instance or the other, is the list at the end; nothing comes twice', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000_000),
      fc.array(fc.tuple(fc.nat(3), filter), { minLength: 6, maxLength: 6 }),
      fc.array(turn, { minLength: 40, maxLength: 40 }),
      async (seed, wanted, turns) => {
        await empty();
        const complaints: Complaints = { warnings: [] };
        const feeds = [openFeed(database.url, complaints), openFeed(database.url, complaints)];
        try {
          await follow(seed, wanted, turns, feeds).catch((error: unknown) => {
            throw new Error(`complaints: ${JSON.stringify(complaints.warnings)}`, { cause: error });
          });
        } finally {
          await Promise.all(feeds.map((feed) => feed.stop()));
        }
      },
    ),
    { numRuns: Number(process.env.LIVE_RUNS ?? 4), endOnFailure: true },
  );
});

/** Puts ids in place of what stands for them. */
async function idsOfNow(): Promise<(filter: CallFilter) => CallFilter> {
  const idsOf = async (table: string) =>
    (await database.pool.query<{ id: number }>(`select id::int as id from ${table} order by id`)).rows.map(
      ({ id }) => id,
    );
  const known = { Agent: await idsOf('agents'), Customer: await idsOf('customers') };
  const idOf = (_mark: string, type: keyof typeof known, at: string) => toGlobalId(type, known[type][Number(at)] ?? 1);
  return (filter) => JSON.parse(JSON.stringify(filter).replace(/#(Agent|Customer):(\d)/g, idOf));
}

type Turn = typeof turn extends fc.Arbitrary<infer Value> ? Value : never;

async function follow(seed: number, wanted: [number, CallFilter][], turns: Turn[], feeds: LiveFeed[]): Promise<void> {
  const steps = drawMixture(seed, 60).filter(({ what }) => what !== 'delete old ended calls');
  const worlds = writers.map((writer) => ({ database: writer, accounts: [...accounts], lastEventId: null }));
  const take = (at: number) => {
    const step = steps[at];
    return step && takeStep(worlds[at % 2] as (typeof worlds)[number], step).catch(() => {});
  };
  for (let at = 0; at < 10; at++) await take(at);
  const fill = await idsOfNow();
  const copies = wanted.map(([place, filter]) => new Copy(viewer(place), fill(filter)));
  for (const [i, copy] of copies.entries()) await copy.begin(feeds[i % 2] as LiveFeed);
  for (let at = 10; at < steps.length; at += 2) {
    const { copy: i, feed, waitMs, isTold } = turns[at % turns.length] as Turn;
    const written = Promise.all([take(at), take(at + 1)]);
    const copy = copies[i] as Copy;
    if (copy.isGoing) await copy.cut();
    else await copy.goOn(feeds[feed] as LiveFeed);
    await written;
    if (isTold) for (const { id } of accounts) notifier.changed(id);
    await sleep(waitMs);
  }
  for (const copy of copies) {
    if (!copy.isGoing) await copy.goOn(feeds[0] as LiveFeed);
    const list = await copy.list();
    await expect.poll(() => copy.content(), { timeout: 8000, interval: 20 }).toEqual(list);
    expect(copy.failure).toBe(null);
  }
  for (const copy of copies) {
    expect(copy.repeated).toEqual([]);
    await copy.cut();
  }
  expect(feeds.map(({ figures }) => figures)).toMatchObject([
    { watchers: 0, waiting: 0 },
    { watchers: 0, waiting: 0 },
  ]);
}
