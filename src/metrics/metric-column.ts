import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { callSql } from '../calls/list/call-predicate.ts';
import type { Aggregate } from '../columnar/index.ts';
import { isEverything, type Predicate } from '../query/predicate.ts';

/** An aggregate over calls, which either source can work out. `name` tells it from others, arguments included. */
export type MetricColumn<Value = unknown> = {
  name: string;
  aggregate: Aggregate;
  /** Its value over no calls. */
  empty: Value;
  /** Takes what a source gives. */
  read: (raw: unknown) => Value;
};

export function countColumn(name: string, over: Predicate): MetricColumn<number> {
  return { name, aggregate: { of: 'calls', over }, empty: 0, read: Number };
}

/** The aggregate of a column in a statement. */
export function aggregateSql(aggregate: Aggregate): SQL {
  switch (aggregate.of) {
    case 'calls':
      return sql`count(*)${filterSql(aggregate.over)}`;
    case 'spans': {
      const { take, seconds, over } = aggregate;
      const [span, filter] = [calls[seconds], filterSql(over)];
      if (typeof take === 'object') {
        return sql`percentile_cont(${take.percentile / 100}::float8) within group (order by ${span})${filter}`;
      }
      if (take === 'sum') return sql`coalesce(sum(${span})${filter}, 0)`;
      return sql`${sql.raw(take)}(${span})${filter}`;
    }
    case 'coins':
      return sql`trim_scale(coalesce(sum(${calls.coins}), 0))::text`;
    case 'customers':
      return sql`count(distinct ${calls.customerId})`;
  }
}

const filterSql = (over: Predicate) => (isEverything(over) ? sql`` : sql` filter (where ${callSql(over)})`);

/** How the values of several sets of calls become that of all; null where they do not tell it, or not as numbers. */
export function combinationOf(aggregate: Aggregate): ((a: number, b: number) => number) | null {
  if (aggregate.of === 'calls') return add;
  if (aggregate.of !== 'spans' || typeof aggregate.take !== 'string') return null;
  return { count: add, sum: add, min: Math.min, max: Math.max }[aggregate.take];
}

const add = (a: number, b: number) => a + b;
