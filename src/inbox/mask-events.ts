import { type SQL, sql } from 'drizzle-orm';
import { holdsSevenDigits } from '../access/masking/holds-seven-digits.ts';
import { opensTo } from '../access/opens-to.ts';
import { hasScope, type Viewer } from '../access/viewer.ts';
import { calls } from '../calls/call.table.ts';
import { operandSql } from '../calls/list/call-predicate.ts';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import type { WebhookEvent } from './webhook-event.table.ts';

/** A delivery without what was sent, which may be large. */
export type KeptEvent = Omit<WebhookEvent, 'body' | 'contentHash'>;

/** A delivery as questions see it. */
export type WebhookEventRow = KeptEvent & {
  /** Its call, where its callSid does not lead to it; null: none. */
  callId?: number | null;
};

/** Whether a viewer is shown what was sent, word for word: it may hold anything. */
export function seesContent(viewer: Viewer): boolean {
  return hasScope(viewer, 'inbox') && hasScope(viewer, 'numbers') && hasScope(viewer, 'recordings');
}

/** Deliveries as the viewer is shown them. */
export async function maskEvents(
  db: ViewerDatabase,
  events: readonly KeptEvent[],
): Promise<readonly WebhookEventRow[]> {
  if (seesContent(db.viewer)) return events;
  const withoutContent = events.map((event) => ({ ...event, reason: null, unknownWords: null }));
  if (hasScope(db.viewer, 'numbers')) return withoutContent;
  const found = await findCallsOf(db, events);
  return withoutContent.map((event) => {
    const call = found.get(nameOf(event));
    return { ...event, callId: call?.id ?? null, callSid: isHidden(event, call) ? null : event.callSid };
  });
}

/** Of a delivery whose numbers are in no call it cannot be told whether its id of the provider holds one. */
function isHidden({ callSid, state }: KeptEvent, call: FoundCall | undefined): boolean {
  if (call?.isHidden) return true;
  return (!call || state === 'CONFLICT') && callSid !== null && holdsSevenDigits(callSid);
}

type FoundCall = { id: number; accountId: number; callSid: string; isHidden: boolean };
const nameOf = ({ accountId, callSid }: Pick<KeptEvent, 'accountId' | 'callSid'>) => `${accountId}:${callSid}`;

async function findCallsOf(db: ViewerDatabase, events: readonly KeptEvent[]): Promise<Map<string, FoundCall>> {
  const accountIds = [...new Set(events.map(({ accountId }) => accountId))];
  const sids = [...new Set(events.flatMap(({ callSid }) => callSid ?? []))];
  if (sids.length === 0) return new Map();
  const named = sql`${calls.accountId} = any(${sql.param(accountIds)}::integer[])
    and ${calls.callSid} = any(${sql.param(sids)}::text[])`;
  const isHidden = sql<boolean>`${operandSql({ shown: 'callSid' })} is null`;
  const { id, accountId, callSid } = calls;
  const found = await db.read(calls.accountId, opensTo.deliveries, (on, own: SQL) =>
    on
      .select({ id, accountId, callSid, isHidden })
      .from(calls)
      .where(allOf([own, named])),
  );
  return new Map(found.map((call) => [nameOf(call), call]));
}
