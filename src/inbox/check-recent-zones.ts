import { and, desc, eq, isNotNull, ne } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import type { Database } from '../postgres/client.ts';
import type { Provider } from '../providers/provider.ts';
import { minutesOff } from './zone-check.ts';

/** Of how many calls something could be told, how many are off, and by how many minutes most of those are. */
export type ZoneFinding = { of: number; off: number; minutes: number };

/** Looks for a wrong time zone in the last calls of an account whose report came. */
export async function checkRecentZones(
  db: Database,
  { accountId, provider, last }: { accountId: number; provider: Provider; last: number },
): Promise<ZoneFinding> {
  const rows = await db
    .select({ callSid: calls.callSid, sentStartedAt: calls.sentStartedAt })
    .from(calls)
    .where(
      and(
        eq(calls.accountId, accountId),
        eq(calls.status, 'COMPLETED'),
        ne(calls.direction, 'OUTBOUND'),
        isNotNull(calls.sentStartedAt),
      ),
    )
    .orderBy(desc(calls.startedAt), desc(calls.id))
    .limit(last);
  const found = rows
    .map(({ callSid, sentStartedAt }) => minutesOff(provider.readIdTime(callSid), sentStartedAt))
    .filter((minutes) => minutes !== null);
  const off = found.filter((minutes) => minutes !== 0);
  return { of: found.length, off: off.length, minutes: mostFrequent(off) };
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}
