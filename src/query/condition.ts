import { type SQL, sql } from 'drizzle-orm';
import type { Predicate } from './predicate.ts';

/**
 * A condition of a WHERE or FILTER clause, in which null counts as false. Whatever turns an answer round must therefore
 * go through `isNotTrue`, so that a missing value is false before it is turned. `test` says the same of calls in memory;
 * a condition without it can only be asked of the database.
 */
export type Condition = SQL & { readonly test?: Predicate };

/** The same condition in both forms; without a test, in the one. */
export function inBothForms(condition: SQL, test: Predicate | undefined): Condition {
  return test ? Object.assign(condition, { test }) : condition;
}

export const everything: Condition = inBothForms(sql`true`, { all: [] });
export const nothing: Condition = inBothForms(sql`false`, { any: [] });

/** All of these; of no conditions: everything. */
export function allOf(given: readonly Condition[]): Condition {
  const conditions = given.filter((condition) => condition !== everything);
  if (conditions.length === 0) return everything;
  if (conditions.length === 1) return conditions[0] as Condition;
  const all = testsOf(conditions);
  return inBothForms(sql`(${sql.join(conditions, sql` and `)})`, all && { all });
}

/** At least one of these; of no conditions: nothing. */
export function anyOf(conditions: Condition[]): Condition {
  if (conditions.length === 0) return nothing;
  const any = testsOf(conditions);
  return inBothForms(sql`(${sql.join(conditions, sql` or `)})`, any && { any });
}

/** Turns a condition round; a missing value, false before, is true after. */
export function isNotTrue(condition: Condition): Condition {
  const { test } = condition;
  return inBothForms(sql`((${condition}) is not true)`, test && { not: test });
}

function testsOf(conditions: Condition[]): Predicate[] | undefined {
  const tests = conditions.flatMap(({ test }) => test ?? []);
  return tests.length === conditions.length ? tests : undefined;
}
