import { getTableName, sql } from 'drizzle-orm';
import { connectionOf } from '../postgres/sent-statements.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { ParticipantTable } from './participant-kinds.ts';

const next = statement<{ id: number }>(
  'next_ids',
  // The sequence is looked up once, and not for each id, which is most of the work.
  sql`select nextval(sequence) as id
    from (select pg_get_serial_sequence(${sql.placeholder('table')}, 'id')::regclass as sequence offset 0) as found,
      generate_series(1, ${sql.placeholder('count')}::integer)`,
);

/** So many are taken at once: each connection keeps what it has not used. */
const block = 200;

const kept = new WeakMap<object, Map<string, number[]>>();

/**
 * Ids for new rows of a table, in rising order. Known before the rows are written, so that all that names them is sent
 * along with them.
 */
export async function reserveIds(on: Transaction, table: ParticipantTable, count: number): Promise<number[]> {
  if (count === 0) return [];
  const connection = connectionOf(on);
  let tables = kept.get(connection);
  if (!tables) {
    tables = new Map();
    kept.set(connection, tables);
  }
  const name = getTableName(table);
  const ids = tables.get(name) ?? [];
  const missing = count - ids.length;
  if (missing > 0) {
    const rows = await next(on, { table: name, count: Math.max(missing, block) });
    ids.push(...rows.map(({ id }) => id));
  }
  tables.set(name, ids);
  return ids.splice(0, count);
}
