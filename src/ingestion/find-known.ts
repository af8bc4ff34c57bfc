import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import { likelyKeys } from '../calls/list/likely-keys.ts';
import type { ListedTwin } from '../calls/merge/absorb-listed.ts';
import { findCallsOf } from '../calls/merge/merge-into-known.ts';
import type { KnownCall } from '../calls/write/write-calls.ts';
import { webhookEvents } from '../inbox/webhook-event.table.ts';
import { type Found, findParticipants } from '../participants/find-participants.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import { type CallReader, callReader, type Providers } from '../providers/providers.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { findListed } from './take-listed.ts';
import { findWaiting, type WaitingEvent } from './waiting-events.ts';

/** What is stored of what deliveries tell. */
export type Known = {
  /** Of what was kept of the same calls, or of what tells of no call. */
  hashes: Set<string>;
  /** What was kept of additions to calls that were not known, in order of arrival. */
  waiting: WaitingEvent[];
  calls: KnownCall[];
  participants: Found;
  /** Of the calls that are known from the provider's list alone, those that are told of under other ids. */
  listed: ListedTwin[];
};

type Told = { deliveries: readonly ReadDelivery[]; providers: Providers };

/** Asks at once for all that deliveries of an account may be about. The caller holds the account's lock. */
export async function findKnown(on: Transaction, account: Account, { deliveries, providers }: Told): Promise<Known> {
  const facts = deliveries.flatMap(({ facts }) => facts ?? []);
  const likely = facts.map((of) => likelyKeys(of, account));
  const [{ hashes, waiting }, calls, participants, listed] = await Promise.all([
    findKept(on, account, { deliveries, providers }),
    findCallsOf(on, account, facts),
    findParticipants(on, account.id, likely),
    findListed(on, account, facts),
  ]);
  return { hashes, waiting, calls, participants, listed };
}

/** How calls are read that deliveries of an account tell of, and what waited for them. */
export function readerOf(
  providers: Providers,
  account: Account,
  { deliveries, waiting }: { deliveries: readonly ReadDelivery[]; waiting: readonly WaitingEvent[] },
): CallReader {
  return callReader(providers, account, [...waiting.map(({ kept }) => kept), ...deliveries.map(({ event }) => event)]);
}

type KeptEvent = { contentHash: Buffer; isWaiting: boolean };

const findOfCalls = statement<KeptEvent>(
  'find_kept_events',
  sql`select ${webhookEvents.contentHash} as "contentHash", ${webhookEvents.state} = 'WAITING' as "isWaiting"
    from ${webhookEvents}
    where ${webhookEvents.callSid} = any(${sql.placeholder('sids')}::text[])
    and ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.state} <> 'DUPLICATE'`,
);

const findWithoutSid = statement<KeptEvent>(
  'find_kept_events_without_sid',
  sql`select ${webhookEvents.contentHash} as "contentHash", false as "isWaiting" from ${webhookEvents}
    where ${webhookEvents.contentHash} = any(${sql.placeholder('hashes')}::bytea[])
    and ${webhookEvents.callSid} is null
    and ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.state} <> 'DUPLICATE'`,
);

/** What was kept before of the calls that these deliveries tell of, or of what tells of no call. */
async function findKept(
  on: Transaction,
  account: Account,
  { deliveries, providers }: Told,
): Promise<Pick<Known, 'hashes' | 'waiting'>> {
  const sids = [...new Set(deliveries.map(({ event }) => event.callSid).filter((sid) => sid != null))];
  const hashes = deliveries.filter(({ event }) => event.callSid == null).map(({ event }) => event.contentHash);
  const rows = (
    await Promise.all([
      sids.length > 0 ? findOfCalls(on, { account: account.id, sids }) : [],
      hashes.length > 0 ? findWithoutSid(on, { account: account.id, hashes }) : [],
    ])
  ).flat();
  return {
    hashes: new Set(rows.map(({ contentHash }) => contentHash.toString('latin1'))),
    waiting: rows.some(({ isWaiting }) => isWaiting) ? await findWaiting(on, { account, providers, sids }) : [],
  };
}
