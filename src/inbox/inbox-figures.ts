import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../postgres/statement.ts';
import { webhookArrivals, webhookEvents } from './webhook-event.table.ts';

/** What the inbox holds, of all accounts. */
export type InboxFigures = {
  /** When the newest delivery came, in seconds since 1970; null: none has yet. */
  newestAt: number | null;
  /** Of the deliveries of the last 24 hours, imports left out, how many are in each state. */
  byState: Record<string, number>;
};

const findNewest = statement<{ at: number | null }>(
  'find_newest_delivery',
  sql`select extract(epoch from max(last_event_at))::float8 as at from ${webhookArrivals}`,
);

const countStates = statement<{ state: string; count: number }>(
  'count_delivery_states',
  sql`select state, count(*) as count from ${webhookEvents}
    where received_at >= clock_timestamp() - interval '24 hours' and form not in ('IMPORT', 'BACKFILL')
    group by state`,
);

/** For those who watch over the service. */
export async function inboxFigures(on: Transaction): Promise<InboxFigures> {
  const [[newest], states] = await Promise.all([findNewest(on, {}), countStates(on, {})]);
  return {
    newestAt: newest?.at ?? null,
    byState: Object.fromEntries(states.map(({ state, count }) => [state, count])),
  };
}
