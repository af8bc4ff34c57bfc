import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/call-facts.ts';
import { recordCalls } from '../calls/record-calls.ts';
import type { Database } from '../db/client.ts';
import type { Instant } from '../time/instant.ts';
import { readStatus } from './callerdesk/read-status.ts';
import { type EventState, type NewWebhookEvent, webhookEvents } from './webhook-event.table.ts';

/** A delivery that was read: what is kept of it, and what it says of a call. */
export type ReadDelivery = {
  event: NewWebhookEvent;
  facts: CallFacts | null;
};

const duplicate = { state: 'DUPLICATE', reason: 'the same was received before' } as const;
const conflict = 'CallSid: belongs to another call, with other numbers and another start';

/**
 * Keeps deliveries of one account and writes what they tell of calls, in order, in one transaction: all or nothing.
 * The state of each comes back.
 */
export function writeGroup(
  db: Database,
  { account, deliveries, now }: { account: Account; deliveries: readonly ReadDelivery[]; now: Instant },
): Promise<EventState[]> {
  return db.transaction(async (tx) => {
    await lockAccount(tx, account.id);
    const known = await keptHashes(tx, account.id, deliveries);
    const isNew = deliveries.map(({ event }) => {
      const hash = event.contentHash.toString('latin1');
      if (known.has(hash)) return false;
      known.add(hash);
      return true;
    });
    const events = deliveries.map(({ event }, i) => (isNew[i] ? event : { ...event, ...duplicate }));
    const kept = await tx.insert(webhookEvents).values(events).returning({ id: webhookEvents.id });
    const states = events.map(({ state }) => state);

    const telling = deliveries.flatMap(({ facts }, i) => (facts && isNew[i] ? [{ facts, i }] : []));
    const received = telling.map(({ facts }) => facts);
    const recorded = received.length === 0 ? [] : await recordCalls(tx, { account, received, readStatus, now });
    const conflicting = telling.filter((_, j) => recorded[j] === 'CONFLICT').map(({ i }) => i);
    if (conflicting.length > 0) {
      const ids = conflicting.map((i) => kept[i]?.id as number);
      await tx
        .update(webhookEvents)
        .set({ state: 'CONFLICT', reason: conflict })
        .where(and(eq(webhookEvents.accountId, account.id), inArray(webhookEvents.id, ids)));
      for (const i of conflicting) states[i] = 'CONFLICT';
    }
    return states;
  });
}

/**
 * Whoever writes calls of an account holds this lock till the commit. So the inbox's order is the order of the commits,
 * a delivery that comes twice at once is seen twice, and no two writers ever wait for each other in a circle.
 */
export async function lockAccount(tx: Database, accountId: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('call-analytics account'), ${accountId})`);
}

async function keptHashes(tx: Database, accountId: number, deliveries: readonly ReadDelivery[]): Promise<Set<string>> {
  const hashes = deliveries.map(({ event }) => event.contentHash);
  const rows = await tx
    .select({ contentHash: webhookEvents.contentHash })
    .from(webhookEvents)
    .where(
      and(
        eq(webhookEvents.accountId, accountId),
        inArray(webhookEvents.contentHash, hashes),
        ne(webhookEvents.state, 'DUPLICATE'),
      ),
    );
  return new Set(rows.map(({ contentHash }) => contentHash.toString('latin1')));
}
