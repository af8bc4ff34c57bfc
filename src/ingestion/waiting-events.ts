import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import type { Recorded } from '../calls/merge/merge-received.ts';
import { eventColumns } from '../inbox/event-columns.ts';
import { outcomeOf } from '../inbox/outcome-of.ts';
import { rereadEvent } from '../inbox/replay/reread-event.ts';
import { type WebhookEvent, webhookEvents } from '../inbox/webhook-event.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';

/** A kept delivery that waits for its call, and what it says by today's rules. */
export type WaitingEvent = { kept: WebhookEvent; facts: CallFacts };

const findOfCalls = statement<WebhookEvent>(
  'find_waiting_events',
  sql`select ${eventColumns} from ${webhookEvents}
    where ${webhookEvents.callSid} = any(${sql.placeholder('sids')}::text[])
    and ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.state} = 'WAITING'
    order by ${webhookEvents.id}`,
);

/** What waits for these calls to become known, in order of arrival. */
export async function findWaiting(
  on: Transaction,
  { account, providers, sids }: { account: Account; providers: Providers; sids: readonly string[] },
): Promise<WaitingEvent[]> {
  const waiting = await findOfCalls(on, { account: account.id, sids });
  return waiting.flatMap((kept) => {
    const facts = rereadEvent(kept, { account, providers })?.read.facts ?? null;
    return facts === null ? [] : [{ kept, facts }];
  });
}

const settle = statement<never>(
  'settle_waiting_events',
  sql`update ${webhookEvents} as e set state = v.state, reason = v.reason
    from unnest(${sql.placeholder('ids')}::bigint[], ${sql.placeholder('states')}::webhook_event_state[],
      ${sql.placeholder('reasons')}::text[]) as v(id, state, reason)
    where e.account_id = ${sql.placeholder('account')} and e.id = v.id and e.id = any(${sql.placeholder('ids')}::bigint[])`,
);

/** Notes what became of deliveries that waited; nothing is sent where none is done with waiting. */
export async function settleWaiting(
  on: Transaction,
  account: number,
  { waiting, results }: { waiting: readonly WaitingEvent[]; results: readonly Recorded[] },
): Promise<void> {
  const settled = waiting.flatMap(({ kept }, i) => {
    const result = results[i] ?? 'WAITING';
    if (result === 'WAITING') return [];
    const { state, reason = null } = outcomeOf({ ...kept, state: 'RECORDED', reason: null }, result);
    return [{ id: kept.id, state, reason }];
  });
  if (settled.length === 0) return;
  await settle(on, {
    account,
    ids: settled.map(({ id }) => id),
    states: settled.map(({ state }) => state),
    reasons: settled.map(({ reason }) => reason),
  });
}
