import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { rolesOf } from '../calls/facts/legs.ts';
import { type Counterpart, findListed } from '../calls/merge/counterparts.ts';
import { findKnownCalls, type KnownCall } from '../calls/write/write-calls.ts';
import { eventColumns, findLastNumber, inOrderOfArrival } from '../inbox/keep-events.ts';
import { type RereadEvent, rereadEvent } from '../inbox/replay/reread-events.ts';
import { type WebhookEvent, webhookEvents } from '../inbox/webhook-event.table.ts';
import type { ParticipantKeys } from '../participants/participant-kinds.ts';
import { type Found, findParticipants } from '../participants/upsert-participants.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';
import type { ReadDelivery } from './read-delivery.ts';

/** What is stored of what deliveries tell. */
export type Known = {
  /** Of what was kept of the same calls, or of what tells of no call. */
  hashes: Set<string>;
  /** What was kept of additions to calls that were not known, in order of arrival. */
  waiting: RereadEvent[];
  calls: KnownCall[];
  participants: Found;
  /** Of the calls that are known from the provider's list alone, those that are told of under other ids. */
  listed: Counterpart[];
  /** The last arrival number that was given. */
  lastNumber: number;
};

type Told = { account: Account; providers: Providers; deliveries: readonly ReadDelivery[] };

/** Asks at once for all that deliveries of an account may be about. The caller holds the account's lock. */
export async function findKnown(on: Transaction, { account, providers, deliveries }: Told): Promise<Known> {
  const facts = deliveries.flatMap(({ facts }) => facts ?? []);
  const likely = facts.map((of) => likelyKeys(of, account));
  const [{ hashes, waiting }, calls, participants, listed, lastNumber] = await Promise.all([
    findKept(on, { account, providers, deliveries }),
    findCallsOf(on, account, facts),
    findParticipants(on, account.id, likely),
    findListed(on, account, facts),
    findLastNumber(on, account.id),
  ]);
  return { hashes, waiting, calls, participants, listed, lastNumber };
}

/**
 * Who and what will take part in a call, as one delivery alone tells it: most often all there are, so that they are
 * looked up before the call itself is known.
 */
function likelyKeys(facts: CallFacts, account: Account): ParticipantKeys {
  const { customerNumber, agentNumber } = rolesOf(facts, account);
  return {
    agentNumber,
    agentEmail: agentNumber === null ? facts.agentEmail : null,
    campaignCode: facts.campaignCode,
    callGroupName: facts.callGroupName,
    virtualNumber: facts.destinationNumber,
    customer: customerNumber,
  };
}

/** What is stored of the calls that are told of. */
export function findCallsOf(on: Transaction, account: Account, told: readonly CallFacts[]): Promise<KnownCall[]> {
  const sids = new Set(told.map(({ callSid }) => callSid));
  return sids.size === 0 ? Promise.resolve([]) : findKnownCalls(on, account.id, [...sids]);
}

/** A content's hash as it is compared. */
export const hashKey = (hash: Buffer) => hash.toString('latin1');

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
  { account, providers, deliveries }: Told,
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
    hashes: new Set(rows.map(({ contentHash }) => hashKey(contentHash))),
    waiting: rows.some(({ isWaiting }) => isWaiting) ? await findWaiting(on, { account, providers, sids }) : [],
  };
}

const findWaitingOfCalls = statement<WebhookEvent>(
  'find_waiting_events',
  sql`select ${eventColumns} from ${webhookEvents}
    where ${webhookEvents.callSid} = any(${sql.placeholder('sids')}::text[])
    and ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.state} = 'WAITING'
    order by ${inOrderOfArrival}`,
);

/** What waits for these calls to become known, read by today's rules, in order of arrival. */
async function findWaiting(
  on: Transaction,
  { account, providers, sids }: { account: Account; providers: Providers; sids: readonly string[] },
): Promise<RereadEvent[]> {
  const waiting = await findWaitingOfCalls(on, { account: account.id, sids });
  return waiting
    .map((kept) => rereadEvent(kept, { account, providers }))
    .filter((event) => event !== null && event.read.facts !== null) as RereadEvent[];
}
