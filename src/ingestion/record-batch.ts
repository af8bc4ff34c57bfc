import { setImmediate as otherWork } from 'node:timers/promises';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import type { Call } from '../calls/call.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { type AbsorbInput, absorbListed } from '../calls/merge/absorb-listed.ts';
import { type Counterpart, findListedOrSent, findSent } from '../calls/merge/counterparts.ts';
import { mergeAnew } from '../calls/merge/merge-anew.ts';
import { type Merged, mergedOf, mergeIntoKnown, type Recorded } from '../calls/merge/merge-received.ts';
import { lockForWriting } from '../calls/write/lock-for-writing.ts';
import { findKnownCalls, type KnownCall } from '../calls/write/write-calls.ts';
import { type Age, likelyIds, prepareMerged, type WriteStep } from '../calls/write/write-merged.ts';
import { liesInDelivery } from '../failures.ts';
import {
  outcomeOf as eventAs,
  idsOfEvents,
  keepEvents,
  moveEvents,
  proveKept,
  updateEvents,
} from '../inbox/keep-events.ts';
import { type KeptBatch, rereadKept } from '../inbox/replay/reread-events.ts';
import type { EventState, NewWebhookEvent, WebhookEvent } from '../inbox/webhook-event.table.ts';
import type { Found as FoundParticipants } from '../participants/upsert-participants.ts';
import { type Ids, inTransactionWithIds } from '../postgres/id-blocks.ts';
import type { EndWith, Transaction } from '../postgres/statement.ts';
import { type CallReader, callReader, type Providers } from '../providers/providers.ts';
import type { Clock, Instant } from '../time/instant.ts';
import { findCallsOf, findKnown, hashKey } from './find-known.ts';
import { importHash, type ReadDelivery, tellOf } from './read-delivery.ts';

type NewBatch = BatchOptions & { account: Account; deliveries: readonly ReadDelivery[]; kept?: never };

/** What is recorded together: what has come to one account, in order, or what is kept and read again. */
export type Batch = { providers: Providers; clock: Clock } & (NewBatch | (BatchOptions & { kept: KeptBatch }));

/** What differs between deliveries, imports and replays, beside where they come from. */
export type BatchOptions = {
  /** Rows of a file or list: of long ago, perhaps of known calls under other ids, and not kept where they are repeats. */
  isImported?: boolean;
  /** Called once the account's lock is held: nothing is written before it settles, or if it fails. */
  turn?: () => Promise<unknown>;
  /** Everything is done, and then taken back. */
  dryRun?: boolean;
};

/** One of a batch. */
type Told = ReadDelivery & {
  /** Where it is kept already. */
  kept: WebhookEvent | null;
  /** Whether the same came before: it is merged into nothing. */
  isRepeat: boolean;
};

type Found = {
  account: Account;
  told: readonly Told[];
  calls: readonly KnownCall[];
  /** Of the calls that are known from the provider's list alone, those that are told of under other ids. */
  listed: readonly Counterpart[];
  participants?: FoundParticipants;
  /** The account's last arrival number; of kept deliveries, which have theirs, none. */
  lastNumber?: number;
  /** What the answer is about: some of what is told, or the state of what could not be read again. */
  asked: readonly (Told | EventState)[];
};

/** More than deliveries ever are: some are sent while others are being made. */
const many = 200;

/**
 * Keeps what has come, or keeps anew what it means, and writes what it tells of calls, in order, in one transaction: all or
 * nothing. The state of each comes back, once they are durable, and so is what they repeat.
 */
export async function recordBatch(pool: pg.Pool, batch: Batch): Promise<EventState[]> {
  const { providers, kept, isImported = false, turn, dryRun = false, clock } = batch;
  const age = kept ? 'KEPT' : isImported ? 'PAST' : 'NEWS';
  const work = async (on: Transaction, endWith: EndWith, ids: Ids) => {
    const [now, { account, told, calls, listed, participants, lastNumber = 0, asked }] = await Promise.all([
      lockForWriting(on, kept ? kept.accountId : batch.account.id, clock),
      kept ? findKept(on, { ...kept, providers }) : findTold(on, batch),
    ]);
    await turn?.();

    const events = told.map(({ event }) => event);
    const reader = callReader(providers, account, events);
    const { readStatus } = reader;
    const telling = told.flatMap((one) => (one.facts && !one.isRepeat ? [{ one, facts: one.facts }] : []));
    const received = telling.map(({ one, facts }) => ({ facts, was: one.kept ? partOfCall(one.kept) : null }));
    const { results, merged } = kept
      ? mergeAnew(calls, { account, received, readStatus })
      : mergeIntoKnown(calls, { received, readStatus });
    const recorded = new Map(telling.map(({ one }, i) => [one, results[i] as Recorded]));
    const outcomes = new Map(told.map((one) => [one, outcomeOf(one, recorded.get(one))]));

    const written = { account, readStatus, now, ids, age } as const;
    const keep = (moved: ReadonlyMap<string, string>) => () =>
      keepAll(on, { account, outcomes, age, moved, lastNumber, ids });
    let last: WriteStep[];
    if (kept) {
      await Promise.all(inOrder(await prepareMerged(on, { ...written, merged })));
      // Which calls are the same can be found only where they are stored.
      const recordedFacts = telling.flatMap(({ facts }, i) => (results[i] === 'RECORDED' ? [facts] : []));
      const { moved, ...joined } = await join(on, { account, told: recordedFacts, reader, now });
      last = [...(await prepareMerged(on, { ...written, ...joined })), keep(moved)];
    } else {
      const { moved, ...absorbed } = await absorb(on, { account, counterparts: listed, merged, now });
      const steps = () => prepareMerged(on, { ...written, ...absorbed, participants });
      last = told.length > many ? await sendAhead(keep(moved), steps) : [keep(moved), ...(await steps())];
    }
    const states = asked.map((one) => (typeof one === 'string' ? one : (outcomes.get(one) as NewWebhookEvent).state));
    if (!dryRun) await endWith(inOrder(last));
    else {
      await Promise.all(inOrder(last));
      throw new TakenBack(states);
    }
    return states;
  };
  const count = kept ? kept.ids.length : batch.deliveries.length;
  const likely = { ...idsOfEvents(kept ? 0 : count), ...likelyIds(count) };
  return inTransactionWithIds(pool, likely, work).catch((error: unknown) => {
    if (error instanceof TakenBack) return error.states;
    throw error;
  });
}

/** Ends the transaction of a dry run. */
class TakenBack extends Error {
  readonly states: EventState[];

  constructor(states: EventState[]) {
    super('taken back');
    this.states = states;
  }
}

/** Sends what the steps send, each once the one before has been sent. */
function* inOrder(steps: readonly WriteStep[]): Generator<Promise<unknown>> {
  for (const step of steps) yield* step();
}

/** Sends steps while what comes after them is being made. What is left is to wait for what was sent. */
async function sendAhead(first: WriteStep, others: () => Promise<WriteStep[]>): Promise<WriteStep[]> {
  const sent = first();
  const underWay = () => Promise.race([Promise.all(sent), otherWork()]);
  await underWay();
  for (const step of await others()) {
    sent.push(...step());
    await underWay();
  }
  return [() => sent];
}

/** Asks for all that is to be known at once, but where rows may be of calls with other ids. */
async function findTold(
  on: Transaction,
  { account, providers, deliveries, isImported }: NewBatch & { providers: Providers },
): Promise<Found> {
  const rows = isImported ? await tellOfKnown(on, { account, providers, rows: deliveries }) : deliveries;
  const { hashes, waiting, ...known } = await findKnown(on, { account, providers, deliveries: rows });
  const asked = rows.map(({ event, facts }): Told => {
    const hash = hashKey(event.contentHash);
    const isRepeat = hashes.has(hash) || (isImported === true && hashes.has(hashKey(importHash(event.contentHash))));
    hashes.add(hash);
    return { event, facts, kept: null, isRepeat };
  });
  const waited = waiting.map(({ kept, read }): Told => ({ ...read, kept, isRepeat: false }));
  return { ...known, account, told: [...waited, ...asked], asked };
}

/** Rows of outgoing calls as told of the known calls that they are, under their ids. */
async function tellOfKnown(
  on: Transaction,
  { account, providers, rows }: { account: Account; providers: Providers; rows: readonly ReadDelivery[] },
): Promise<readonly ReadDelivery[]> {
  const facts = rows.flatMap(({ facts }) => facts ?? []);
  const sent = await findSent(on, account, facts);
  if (sent.size === 0) return rows;
  return rows.map((row) => {
    const callSid = row.facts && sent.get(row.facts);
    return callSid == null ? row : tellOf(row, callSid, providers);
  });
}

async function findKept(on: Transaction, batch: KeptBatch & { providers: Providers }): Promise<Found> {
  const { account, asked, reread } = await rereadKept(on, batch);
  const told = reread.map(({ kept, read }): Told => ({ ...read, kept, isRepeat: kept.state === 'DUPLICATE' }));
  const facts = told.flatMap(({ facts, isRepeat }) => (facts && !isRepeat ? [facts] : []));
  const byId = new Map(told.map((one) => [one.kept?.id, one]));
  return {
    account,
    told,
    calls: await findCallsOf(on, account, facts),
    listed: [],
    asked: asked.map(({ id, state }) => byId.get(id) ?? state),
  };
}

function partOfCall({ state }: WebhookEvent): Recorded | null {
  return state === 'RECORDED' || state === 'CONFLICT' ? state : null;
}

/** What is to be kept of one. What is kept as a repeat stays one. */
function outcomeOf({ event, kept, isRepeat }: Told, recorded: Recorded | undefined): NewWebhookEvent {
  if (!isRepeat) return eventAs(event, recorded);
  return kept ? { ...event, state: kept.state, reason: kept.reason } : { ...event, ...duplicate };
}

const duplicate = { state: 'DUPLICATE', reason: 'the same was received before' } as const;

type Kept = {
  account: Account;
  outcomes: ReadonlyMap<Told, NewWebhookEvent>;
  age: Age;
  /** CallSids of the list that are no more, and what they are now. */
  moved: ReadonlyMap<string, string>;
  lastNumber: number;
  ids: Ids;
};

/** Sends the statements that keep what has come, and what became of what is kept. */
function keepAll(on: Transaction, { account, outcomes, age, moved, lastNumber, ids }: Kept): Promise<unknown>[] {
  const added: NewWebhookEvent[] = [];
  const became: { kept: WebhookEvent; now: NewWebhookEvent }[] = [];
  let repeated: NewWebhookEvent | null = null;
  for (const [{ kept, isRepeat }, event] of outcomes) {
    if (kept) became.push({ kept, now: { ...event, callSid: moved.get(event.callSid ?? '') ?? event.callSid } });
    else if (isRepeat && age === 'PAST') repeated ??= event;
    else added.push(event);
  }
  const arriving = { account: account.id, events: added, lastNumber, ids, isDelivered: age === 'NEWS' };
  const sent: Promise<unknown>[] = [...keepEvents(on, arriving), updateEvents(on, account.id, became)];
  if (repeated && added.length === 0) {
    sent.push(proveKept(on, repeated, [repeated.contentHash, importHash(repeated.contentHash)]));
  }
  return sent;
}

type Absorbed = { merged: readonly Merged[]; gone: readonly Call[]; moved: ReadonlyMap<string, string> };

/** Calls of the list become those that they are, and what was kept of them tells of these. */
async function absorb(on: Transaction, input: AbsorbInput): Promise<Absorbed> {
  if (input.counterparts.length === 0) return { merged: input.merged, gone: [], moved: new Map() };
  const { merged, gone, counterparts } = await absorbListed(on, input);
  const moved = new Map(counterparts.map(({ sid, listed }) => [listed.callSid, sid]));
  await moveEvents(on, input.account.id, moved);
  return { merged, gone, moved };
}

/** Makes one of stored calls that turn out to be the same: one by the provider's list, one by the webhook. */
async function join(
  on: Transaction,
  { account, told, reader, now }: { account: Account; told: readonly CallFacts[]; reader: CallReader; now: Instant },
): Promise<Absorbed> {
  const counterparts = await findListedOrSent(on, account, told);
  const rows = await findKnownCalls(
    on,
    account.id,
    counterparts.map(({ sid }) => sid),
  );
  const known = rows.map((row) => mergedOf(row, reader.readIdTime(row.callSid)));
  const { merged, gone, moved } = await absorb(on, { account, counterparts, merged: known, now });
  const joined = new Set(moved.values());
  return { merged: merged.filter(({ facts }) => joined.has(facts.callSid)), gone, moved };
}

/**
 * Writes together what the database takes. What it refuses for what it says must not keep its neighbours from being written:
 * it is found by halving, and handed to `refused` alone.
 */
export async function writeHalving<Item, Result>(
  all: readonly Item[],
  write: (some: readonly Item[]) => Promise<Result[]>,
  refused: (one: Item, error: unknown) => Promise<Result[]>,
): Promise<Result[]> {
  try {
    return await write(all);
  } catch (error) {
    if (!liesInDelivery(error)) throw error;
    const middle = all.length >> 1;
    if (middle === 0) return refused(all[0] as Item, error);
    const first = await writeHalving(all.slice(0, middle), write, refused);
    return [...first, ...(await writeHalving(all.slice(middle), write, refused))];
  }
}
