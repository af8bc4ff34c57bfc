import { opensTo } from '../../access/opens-to.ts';
import { allOf } from '../../query/condition.ts';
import { type AskedKey, inOrderOf, isOneOf, nameOfKey, type RowKey } from '../../query/row-key.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { endedCalls } from './ended-call.table.ts';

/** Of calls that became part of others these, by the keys that ended as they were asked for, as words. */
export async function findStanding(
  db: ViewerDatabase,
  keys: readonly AskedKey[],
): Promise<ReadonlyMap<string, RowKey>> {
  const { accountId, callId: id, replacedBy } = endedCalls;
  const found = await db.read(accountId, opensTo.calls, (on, own) =>
    on
      .select({ accountId, id, replacedBy })
      .from(endedCalls)
      .where(allOf([own, isOneOf({ accountId, id }, keys)])),
  );
  const asked = inOrderOf(keys, found);
  return new Map(
    keys.flatMap((key, i) => {
      const gone = asked[i];
      return gone && gone.replacedBy !== null
        ? [[nameOfKey(key), { accountId: gone.accountId, id: gone.replacedBy }] as const]
        : [];
    }),
  );
}
