import { desc, inArray } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { webhookEvents } from '../inbox/webhook-event.table.ts';
import { allOf } from '../query/condition.ts';
import { type Instant, msOf } from '../time/instant.ts';
import { catalogue } from './catalogue.ts';
import type { MetricsQuestion } from './metrics-question.ts';

const hourMs = 3_600_000;

/** Whether the range ended at least the live age limit ago and none of its calls is live. */
export async function isFinal({ range, now, liveAgeLimitHours, totals }: MetricsQuestion): Promise<boolean> {
  if (msOf(range.to) > msOf(now) - liveAgeLimitHours * hourMs) return false;
  return (await totals.read(catalogue.liveCount.of({}), 0)) === 0;
}

/** When the newest delivery of the accounts asked about was received; null where there is none. */
export async function dataThrough({ db, accountIds }: MetricsQuestion): Promise<Instant | null> {
  const newest = await db.read(webhookEvents.accountId, opensTo.figures, (on, own) =>
    on
      .select({ at: webhookEvents.receivedAt })
      .from(webhookEvents)
      .where(allOf([own, inArray(webhookEvents.accountId, [...accountIds])]))
      .orderBy(desc(webhookEvents.receivedAt))
      .limit(1),
  );
  return newest[0]?.at ?? null;
}
