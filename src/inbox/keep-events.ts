import { getTableColumns, sql } from 'drizzle-orm';
import type { Recorded } from '../calls/merge/merge-received.ts';
import { insertRows } from '../postgres/rows/insert-rows.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import {
  webhookArrivals as arrivals,
  type NewWebhookEvent,
  type WebhookEvent,
  webhookEvents,
} from './webhook-event.table.ts';

/** All columns of a delivery under the names that they have here. */
export const eventColumns = sql.join(
  Object.entries(getTableColumns(webhookEvents)).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
  sql`, `,
);

const reasons = {
  CONFLICT: 'CallSid: belongs to another call, with other numbers and another start',
  WAITING: 'CallSid: its call is not known yet, and nothing here tells how a call went',
} as const;

/** A delivery as what became of what it tells of a call; undefined: it tells of none. */
export function outcomeOf(event: NewWebhookEvent, recorded: Recorded | undefined): NewWebhookEvent {
  if (recorded === undefined || recorded === 'RECORDED') return event;
  return { ...event, state: recorded, reason: reasons[recorded] };
}

/** Keeps deliveries. */
export const insertEvents = insertRows<NewWebhookEvent>(webhookEvents, [
  'accountId',
  'provider',
  'receivedAt',
  'kind',
  'urlKind',
  'form',
  'state',
  'reason',
  'callSid',
  'contentType',
  'body',
  'contentHash',
  'unknownWords',
  'notUnderstood',
]);

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

/** What may become another in a kept delivery. */
const fields = ['kind', 'form', 'state', 'reason', 'callSid', 'unknownWords', 'notUnderstood'] as const;

const update = statement<never>(
  'update_events',
  sql`update ${webhookEvents} as e set kind = v.kind, form = v.form, state = v.state, reason = v.reason,
      call_sid = v."callSid", unknown_words = v."unknownWords", not_understood = v."notUnderstood"
    from jsonb_to_recordset(${sql.placeholder('changed')}::jsonb) as v(id bigint, kind webhook_event_kind,
      form webhook_event_form, state webhook_event_state, reason text, "callSid" text, "unknownWords" text[],
      "notUnderstood" text[])
    where e.account_id = ${sql.placeholder('account')} and e.id = v.id
    and e.id = any(${sql.placeholder('ids')}::bigint[])`,
);

/** Notes what became of deliveries that are kept; nothing is sent where nothing has changed. */
export async function updateEvents(
  on: Transaction,
  account: number,
  became: readonly { kept: WebhookEvent; now: NewWebhookEvent }[],
): Promise<void> {
  const changed = became
    .filter(({ kept, now }) => fields.some((name) => jsonOf(now[name]) !== jsonOf(kept[name])))
    .map(({ kept: { id }, now }) => ({ id, ...Object.fromEntries(fields.map((name) => [name, now[name] ?? null])) }));
  if (changed.length === 0) return;
  await update(on, { account, ids: changed.map(({ id }) => id), changed: JSON.stringify(changed) });
}

const jsonOf = (value: unknown) => JSON.stringify(value ?? null);

const move = statement<never>(
  'move_events',
  sql`update ${webhookEvents} as e set call_sid = v.sid
    from unnest(${sql.placeholder('from')}::text[], ${sql.placeholder('sids')}::text[]) as v(listed, sid)
    where e.account_id = ${sql.placeholder('account')} and e.call_sid = v.listed
    and e.call_sid = any(${sql.placeholder('from')}::text[])`,
);

/** Notes on what was kept of some calls, by their CallSids, which calls these are now. */
export async function moveEvents(on: Transaction, account: number, calls: ReadonlyMap<string, string>): Promise<void> {
  if (calls.size > 0) await move(on, { account, from: [...calls.keys()], sids: [...calls.values()] });
}

const lockOfCall = statement<never>(
  'lock_kept_event',
  sql`select from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.callSid} = ${sql.placeholder('sid')} limit 1 for no key update`,
);
const lockOfNoCall = statement<never>(
  'lock_kept_event_without_sid',
  sql`select from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.callSid} is null and ${webhookEvents.contentHash} = any(${sql.placeholder('hashes')}::bytea[])
    limit 1 for no key update`,
);

/**
 * A transaction that writes nothing is committed without any wait, though what it has found may be less than durable: its
 * own commit may be one whose wait was given up. A row that is locked is written, where the found ones are, and waited for.
 * `hashes`: what the kept one of these may have.
 */
export function proveKept(
  on: Transaction,
  { accountId: account, callSid: sid }: NewWebhookEvent,
  hashes: readonly Buffer[],
): Promise<unknown> {
  return sid != null ? lockOfCall(on, { account, sid }) : lockOfNoCall(on, { account, hashes });
}
