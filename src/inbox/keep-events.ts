import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { Recorded } from '../calls/merge/merge-received.ts';
import type { IdCounts, Ids } from '../postgres/id-blocks.ts';
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

/** In which deliveries came; the id tells those of several accounts apart. */
export const inOrderOfArrival = sql`${webhookEvents.receivedAt}, ${webhookEvents.arrivalNumber}, ${webhookEvents.id}`;

type Arrival = Pick<WebhookEvent, 'receivedAt' | 'arrivalNumber' | 'id'>;

/** The same for sorting what was read. */
export function compareArrival(a: Arrival, b: Arrival): number {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? -1 : 1;
  return a.arrivalNumber - b.arrivalNumber || a.id - b.id;
}

const insert = insertRows<NewWebhookEvent & Pick<WebhookEvent, 'id' | 'arrivalNumber'>>(webhookEvents, [
  'accountId',
  'provider',
  'id',
  'receivedAt',
  'arrivalNumber',
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

const findNumber = statement<{ number: number }>(
  'find_last_arrival_number',
  sql`select ${arrivals.lastNumber} as number from ${arrivals} where ${arrivals.accountId} = ${sql.placeholder('account')}`,
);

/** The last arrival number that was given in an account. The caller holds its lock. */
export async function findLastNumber(on: Transaction, account: number): Promise<number> {
  const [found] = await findNumber(on, { account });
  return found?.number ?? 0;
}

const note = statement<never>(
  'note_arrivals',
  sql`insert into ${arrivals} (account_id, last_event_at, last_report_at, last_number)
    values (${sql.placeholder('account')}, ${sql.placeholder('event')}, ${sql.placeholder('report')},
      ${sql.placeholder('number')})
    on conflict (account_id) do update set last_event_at = greatest(${arrivals.lastEventAt}, excluded.last_event_at),
      last_report_at = greatest(${arrivals.lastReportAt}, excluded.last_report_at), last_number = excluded.last_number`,
);

const tableName = getTableName(webhookEvents);

/** How many ids the keeping of so many deliveries needs. */
export const idsOfEvents = (count: number): IdCounts => ({ [tableName]: count });

export type Arriving = {
  account: number;
  /** In order of arrival. */
  events: readonly NewWebhookEvent[];
  /** The last one that was given in the account. */
  lastNumber: number;
  ids: Ids;
  /** Whether they tell that the webhook works. */
  isDelivered: boolean;
};

/** Sends the statements that keep deliveries, and note when they came. */
export function keepEvents(
  on: Transaction,
  { account, events, lastNumber, ids, isDelivered }: Arriving,
): Promise<unknown>[] {
  if (events.length === 0) return [];
  const own = ids.take(tableName, events.length);
  const kept = events.map((event, i) => ({ ...event, id: own[i] as number, arrivalNumber: lastNumber + i + 1 }));
  const delivered = isDelivered ? events : [];
  const event = latest(delivered);
  const report = latest(delivered.filter(({ kind }) => kind === 'CALL_REPORT'));
  return [insert(on, kept), note(on, { account, event, report, number: lastNumber + events.length })];
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
