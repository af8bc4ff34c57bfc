import type { PooledDatabase } from '../../postgres/client.ts';
import type { SealKeys } from '../../query/seals.ts';
import { type ServiceKeyRow, serviceKeys } from './api-key.table.ts';
import { formerIds } from './former-ids.table.ts';

/** The keys of ids and cursors. They are made with the tables, and never change: what was given out is worth nothing without. */
export async function readSealKeys(db: Pick<PooledDatabase, 'select'>): Promise<SealKeys> {
  const [keys, former] = await Promise.all([db.select().from(serviceKeys), db.select().from(formerIds)]);
  const keyFor = (purpose: ServiceKeyRow['purpose']) => {
    const row = keys.find((one) => one.purpose === purpose);
    if (row) return row.key;
    throw new Error(
      `the table service_keys lacks the key for ${purpose}: bring it back from a backup of this database`,
    );
  };
  return {
    ids: keyFor('ids'),
    cursors: keyFor('cursors'),
    formerIds: Object.fromEntries(former.map(({ type, lastId }) => [type, lastId])),
  };
}
