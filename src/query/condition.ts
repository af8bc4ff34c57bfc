import { type SQL, sql } from 'drizzle-orm';

/** A condition of a statement: a predicate's, or one that only the database can be asked, as where a row stands in its list. */
export type Condition = SQL;

export const everything: Condition = sql`true`;

/** All of these; of no conditions: everything. */
export function allOf(given: readonly Condition[]): Condition {
  const conditions = given.filter((condition) => condition !== everything);
  if (conditions.length < 2) return conditions[0] ?? everything;
  return sql`(${sql.join(conditions, sql` and `)})`;
}
