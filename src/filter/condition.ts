import { type SQL, sql } from 'drizzle-orm';

/**
 * A condition of a WHERE or FILTER clause, in which null counts as false. Whatever turns an answer round must therefore
 * go through `isNotTrue`, so that a missing value is false before it is turned.
 */
export type Condition = SQL;

export const everything: Condition = sql`true`;
export const nothing: Condition = sql`false`;

/** All of these; of no conditions: everything. */
export function allOf(conditions: Condition[]): Condition {
  if (conditions.length === 0) return everything;
  return conditions.length === 1 ? (conditions[0] as Condition) : sql`(${sql.join(conditions, sql` and `)})`;
}

/** At least one of these; of no conditions: nothing. */
export function anyOf(conditions: Condition[]): Condition {
  return conditions.length === 0 ? nothing : sql`(${sql.join(conditions, sql` or `)})`;
}

/** Turns a condition round; a missing value, false before, is true after. */
export function isNotTrue(condition: Condition): Condition {
  return sql`((${condition}) is not true)`;
}
