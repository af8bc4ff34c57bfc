import type { PooledDatabase } from '../../postgres/client.ts';
import type { SealKeys } from '../../query/seals.ts';
import { serviceKeys } from './api-key.table.ts';

/** The keys of ids and cursors. They are made with the tables, and never change: what was given out is worth nothing without. */
export async function readSealKeys(db: Pick<PooledDatabase, 'select'>): Promise<SealKeys> {
  const rows = await db.select().from(serviceKeys);
  const keyFor = (purpose: keyof SealKeys) => {
    const row = rows.find((one) => one.purpose === purpose);
    if (row) return row.key;
    throw new Error(
      `the table service_keys lacks the key for ${purpose}: bring it back from a backup of this database`,
    );
  };
  return { ids: keyFor('ids'), cursors: keyFor('cursors') };
}
