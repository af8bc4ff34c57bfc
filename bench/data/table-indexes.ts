import type pg from 'pg';

type Index = { name: string; statement: string };
/** Indexes that were taken away, and what makes keys of them again. */
export type TakenIndexes = { indexes: Index[]; keys: string[] };

/**
 * Takes a table's indexes and keys away, but for those of the few rows that some condition holds for: keeping these up costs
 * less than reading the whole table for each of them.
 */
export async function takeIndexes(client: pg.Client, table: string): Promise<TakenIndexes> {
  const { rows } = await client.query<Index & { key: string | null }>(
    `select c.relname as name, pg_get_indexdef(c.oid) as statement,
      case k.contype when 'p' then 'primary key' when 'u' then 'unique' end as key
     from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid
     where i.indrelid = $1::regclass and coalesce(pg_get_expr(i.indpred, i.indrelid), 'IS NOT NULL') like '%IS NOT NULL%'`,
    [table],
  );
  for (const { name, key } of rows) {
    await client.query(key ? `alter table ${table} drop constraint "${name}"` : `drop index "${name}"`);
  }
  return {
    indexes: rows.map(({ name, statement }) => ({ name, statement })),
    keys: rows.flatMap(({ name, key }) =>
      key ? [`alter table ${table} add constraint "${name}" ${key} using index "${name}"`] : [],
    ),
  };
}

/** Makes indexes, taking them from the list until none is left: several connections may do so at once. */
export async function makeIndexes(client: pg.Client, indexes: Index[]): Promise<void> {
  for (let next = indexes.shift(); next; next = indexes.shift()) await client.query(next.statement);
}
