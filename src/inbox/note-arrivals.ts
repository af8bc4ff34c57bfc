import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import { webhookArrivals as arrivals } from './webhook-arrival.table.ts';
import type { NewWebhookEvent } from './webhook-event.table.ts';

const note = statement<never>(
  'note_arrivals',
  sql`insert into ${arrivals} (account_id, last_event_at, last_report_at)
    values (${sql.placeholder('account')}, ${sql.placeholder('event')}, ${sql.placeholder('report')})
    on conflict (account_id) do update set last_event_at = greatest(${arrivals.lastEventAt}, excluded.last_event_at),
      last_report_at = greatest(${arrivals.lastReportAt}, excluded.last_report_at)`,
);

/** Notes when deliveries of an account came last. */
export async function noteArrivals(on: Transaction, account: number, events: readonly NewWebhookEvent[]) {
  const reports = events.filter(({ kind }) => kind === 'CALL_REPORT');
  await note(on, { account, event: latest(events), report: latest(reports) });
}

function latest(events: readonly NewWebhookEvent[]): Instant | null {
  return events.reduce<Instant | null>((max, { receivedAt: at }) => (max === null || at > max ? at : max), null);
}
