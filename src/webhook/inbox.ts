import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type EventState, webhookEvents } from './webhook-event.table.ts';

export type NewEvent = typeof webhookEvents.$inferInsert;

/** Keeps a delivery, and says which number it got. */
export async function keepEvent(db: Database, event: NewEvent): Promise<number> {
  const [kept] = await db.insert(webhookEvents).values(event).returning({ id: webhookEvents.id });
  return (kept as { id: number }).id;
}

/** Whether a delivery that says the same was kept before. */
export async function isKept(db: Database, accountId: number, contentHash: Buffer): Promise<boolean> {
  const [earlier] = await db
    .select({ id: webhookEvents.id })
    .from(webhookEvents)
    .where(
      and(
        eq(webhookEvents.accountId, accountId),
        eq(webhookEvents.contentHash, contentHash),
        ne(webhookEvents.state, 'DUPLICATE'),
      ),
    )
    .limit(1);
  return earlier !== undefined;
}

/** Marks what became of a kept delivery. */
export async function markEvent(
  db: Database,
  { accountId, id }: { accountId: number; id: number },
  state: EventState,
  reason: string,
): Promise<void> {
  await db
    .update(webhookEvents)
    .set({ state, reason })
    .where(and(eq(webhookEvents.id, id), eq(webhookEvents.accountId, accountId)));
}
