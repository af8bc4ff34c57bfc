import { and, eq, inArray } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { requireScope } from '../../access/require-scope.ts';
import type { Viewer } from '../../access/viewer.ts';
import { findAccountOfId } from '../../accounts/account-of-id.ts';
import { badInput } from '../../errors.ts';
import type { WebhookEventFilter } from '../../graphql/generated/inputs.ts';
import { recordBatch, writeHalving } from '../../ingestion/record-batch.ts';
import type { Providers } from '../../providers/providers.ts';
import { allOf, type Condition, everything } from '../../query/condition.ts';
import type { IdCodec } from '../../query/global-id.ts';
import { isAfter, orderBy, type Sort } from '../../query/keyset.ts';
import { visibleSql } from '../../query/predicate-sql.ts';
import { type Clock, databaseClock } from '../../time/instant.ts';
import { type EventState, type WebhookEvent, webhookEvents } from '../webhook-event.table.ts';
import { eventCondition } from '../webhook-event-filter.ts';

/** So many deliveries are replayed by one transaction at most, for meanwhile those that arrive wait. */
const batchSize = 200;
const maxReplayed = 10_000;

export type ReplayInput = {
  providers: Providers;
  filter: WebhookEventFilter;
  ids: IdCodec;
  /** An id of the API: only what arrived after this delivery. */
  after?: string | null | undefined;
  /** 1 to 10000. */
  first: number;
  /** Everything is done, and then taken back. */
  dryRun: boolean;
  clock?: Clock;
  /** Told what could not be written: it is left as it was. */
  onFailure?: (error: unknown) => void;
};

export type ReplayCounts = { replayed: number } & Record<Lowercase<EventState>, number>;
/** The counts before anything was replayed. */
export const noneReplayed = (): ReplayCounts => ({
  replayed: 0,
  recorded: 0,
  duplicate: 0,
  ignored: 0,
  unreadable: 0,
  conflict: 0,
  waiting: 0,
});
export type ReplayResult = ReplayCounts & { lastEventId: number | null; isComplete: boolean };

/**
 * Reads kept deliveries of a viewer's accounts again by today's rules, in order of arrival, and writes the calls that they tell of anew.
 * Each batch is committed by itself, and the same again changes nothing: it may be ended anywhere and gone on with.
 */
export async function replayEvents(pool: pg.Pool, viewer: Viewer, input: ReplayInput): Promise<ReplayResult> {
  requireScope(viewer, 'replay');
  requireScope(viewer, 'inbox');
  const { filter, ids, first } = input;
  if (first < 1 || first > maxReplayed) throw badInput(['first'], `is ${first}`, `1 to ${maxReplayed}`);
  const db = drizzle({ client: pool });
  const own = visibleSql(viewer, webhookEvents.accountId);
  const wanted = allOf([own, eventCondition(filter, { ids, viewer })]);
  const counts = noneReplayed();
  let place = await placeAfter(pool, own, input);
  let lastEventId: number | null = null;
  while (counts.replayed < first) {
    const events = await findNext(db, allOf([wanted, place]), Math.min(batchSize, first - counts.replayed));
    for (const [accountId, ids] of byAccount(events)) {
      const states = await replaySome(pool, { accountId, ids }, input);
      for (const state of states) counts[state.toLowerCase() as Lowercase<EventState>] += 1;
      counts.replayed += states.length;
    }
    const last = events.at(-1);
    if (!last) return { ...counts, lastEventId, isComplete: true };
    lastEventId = last.id;
    place = isAfter(arrival, placeOf(last));
  }
  const [next] = await findNext(db, allOf([wanted, place]), 1);
  return { ...counts, lastEventId, isComplete: next === undefined };
}

/** How many deliveries a replay of this filter reads. */
export async function countEvents(
  pool: pg.Pool,
  viewer: Viewer,
  input: Pick<ReplayInput, 'filter' | 'ids' | 'after'>,
): Promise<number> {
  const db = drizzle({ client: pool });
  const own = visibleSql(viewer, webhookEvents.accountId);
  return db.$count(
    webhookEvents,
    allOf([own, eventCondition(input.filter, { ids: input.ids, viewer }), await placeAfter(pool, own, input)]),
  );
}

const arrival: Sort = {
  key: webhookEvents.receivedAt,
  number: webhookEvents.arrivalNumber,
  id: webhookEvents.id,
  nullable: false,
  type: 'timestamptz',
  direction: 'ASC',
};

const placeOf = ({ receivedAt, arrivalNumber, id }: Pick<WebhookEvent, 'receivedAt' | 'arrivalNumber' | 'id'>) => ({
  key: receivedAt,
  number: arrivalNumber,
  id,
});

function findNext(db: NodePgDatabase, condition: Condition, limit: number) {
  const { id, accountId, receivedAt, arrivalNumber } = webhookEvents;
  return db
    .select({ id, accountId, receivedAt, arrivalNumber })
    .from(webhookEvents)
    .where(condition)
    .orderBy(orderBy(arrival, false))
    .limit(limit);
}

async function placeAfter(
  pool: pg.Pool,
  own: Condition,
  { after, ids }: Pick<ReplayInput, 'after' | 'ids'>,
): Promise<Condition> {
  if (after == null) return everything;
  const id = ids.rowIdOf('WebhookEvent', after);
  if (id === null) throw badInput(['after'], 'is no id of a delivery', 'a lastEventId, or the id of a WebhookEvent');
  const accountId = await findAccountOfId(pool, 'WebhookEvent', id);
  // It may have expired since: then what came before it has, too.
  if (accountId === null) return everything;
  const [event] = await drizzle({ client: pool })
    .select({ receivedAt: webhookEvents.receivedAt, arrivalNumber: webhookEvents.arrivalNumber })
    .from(webhookEvents)
    .where(allOf([own, eq(webhookEvents.accountId, accountId), eq(webhookEvents.id, id)]));
  return event ? isAfter(arrival, placeOf({ ...event, id })) : everything;
}

function byAccount(events: readonly { id: number; accountId: number }[]): Map<number, number[]> {
  const ids = new Map<number, number[]>();
  for (const { accountId, id } of events) ids.set(accountId, [...(ids.get(accountId) ?? []), id]);
  return ids;
}

/** What the database refuses is left as it is, and so is what it refused when it came. */
function replaySome(
  pool: pg.Pool,
  { accountId, ids }: { accountId: number; ids: readonly number[] },
  { providers, dryRun, clock = databaseClock, onFailure }: ReplayInput,
): Promise<EventState[]> {
  const replay = (withoutRefused: boolean) => (some: readonly number[]) =>
    recordBatch(pool, { providers, kept: { accountId, ids: some, withoutRefused }, clock, dryRun });
  return writeHalving(ids, replay(false), (id, error) => {
    onFailure?.(error);
    return writeHalving([id], replay(true), (_id, stillRefused) => {
      onFailure?.(stillRefused);
      return statesOf(pool, accountId, [id]);
    });
  });
}

async function statesOf(pool: pg.Pool, accountId: number, ids: readonly number[]): Promise<EventState[]> {
  const found = await drizzle({ client: pool })
    .select({ state: webhookEvents.state })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.accountId, accountId), inArray(webhookEvents.id, [...ids])));
  return found.map(({ state }) => state);
}
