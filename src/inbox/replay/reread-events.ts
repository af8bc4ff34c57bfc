import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type Account, accounts } from '../../accounts/account.table.ts';
import { type ReadDelivery, readDelivery, tellOf } from '../../ingestion/read-delivery.ts';
import { brokenRowType, wherePattern } from '../../ingestion/read-imported.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { CallEventKind } from '../../providers/provider.ts';
import type { Providers } from '../../providers/providers.ts';
import { sentDelivery } from '../../providers/sent-delivery.ts';
import { compareArrival, eventColumns } from '../keep-events.ts';
import { type WebhookEvent, webhookEvents } from '../webhook-event.table.ts';

export type RereadEvent = { kept: WebhookEvent; read: ReadDelivery };

/** Reads a kept delivery by today's rules; null if there is nothing to read, or what it said has been erased since. */
export function rereadEvent(
  kept: WebhookEvent,
  { account, providers }: { account: Account; providers: Providers },
): RereadEvent | null {
  if (kept.contentType === brokenRowType) return null;
  const { receivedAt, urlKind } = kept;
  const delivery = sentDelivery(kept);
  const read = readDelivery({
    provider: providers.get(kept.provider),
    account,
    delivery,
    urlKind: urlKind as CallEventKind | null,
    receivedAt,
  });
  // Only what had a CallSid when it was received has one beside it.
  if (kept.callSid !== null && read.event.state === 'IGNORED') return null;
  return { kept, read: delivery.importedAs ? asImported(read, kept, providers) : read };
}

/** What was found out when it was imported stays: where it stood in a file, and which call it tells of. */
function asImported(read: ReadDelivery, { callSid, reason }: WebhookEvent, providers: Providers): ReadDelivery {
  const where = wherePattern.exec(reason ?? '')?.[0] ?? '';
  const { event } = read;
  const placed = event.reason == null ? read : { ...read, event: { ...event, reason: `${where}${event.reason}` } };
  return callSid === null || placed.facts === null ? placed : tellOf(placed, callSid, providers);
}

/** Kept deliveries of an account that are read again together. */
export type KeptBatch = {
  accountId: number;
  ids: readonly number[];
  /** Leaves what could not be written when it was received as it is: it is what the database refuses again. */
  withoutRefused?: boolean;
};

export type RereadBatch = {
  account: Account;
  /** Those that are there, in no order. */
  asked: WebhookEvent[];
  /** They, and all others of the calls that they tell of, in order of arrival. */
  reread: RereadEvent[];
};

/** Reads deliveries again, by the account's settings as they are now. The caller holds its lock. */
export async function rereadKept(on: Transaction, batch: KeptBatch & { providers: Providers }): Promise<RereadBatch> {
  const { providers, accountId, ids, withoutRefused = false } = batch;
  const [account, asked] = await Promise.all([getAccount(on, accountId), findByIds(on, { account: accountId, ids })]);
  const sids = new Set<string>();
  for (const event of asked) {
    const sid = rereadEvent(event, { account, providers })?.read.event.callSid ?? null;
    for (const one of [event.callSid, sid]) if (one !== null) sids.add(one);
  }
  const others = sids.size === 0 ? [] : await findOthers(on, { account: accountId, ids, sids: [...sids] });
  const reread = [...asked, ...others]
    .sort(compareArrival)
    .map((event) => rereadEvent(event, { account, providers }))
    .filter((event) => event !== null)
    .filter(({ kept, read }) => !(withoutRefused && kept.state === 'UNREADABLE' && read.facts !== null));
  return { account, asked, reread };
}

const findByIds = statement<WebhookEvent>(
  'find_events_to_replay',
  sql`select ${eventColumns} from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.id} = any(${sql.placeholder('ids')}::bigint[])`,
);
const findOthers = statement<WebhookEvent>(
  'find_events_of_calls',
  sql`select ${eventColumns} from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.callSid} = any(${sql.placeholder('sids')}::text[])
    and not ${webhookEvents.id} = any(${sql.placeholder('ids')}::bigint[])`,
);

async function getAccount(on: Transaction, id: number): Promise<Account> {
  const [account] = await drizzle({ client: on as pg.PoolClient })
    .select()
    .from(accounts)
    .where(eq(accounts.id, id));
  if (!account) throw new Error('the account of a delivery is missing');
  return account;
}
