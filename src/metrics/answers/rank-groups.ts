import { sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import { calls } from '../../calls/call.table.ts';
import { callSql, operandSql } from '../../calls/list/call-predicate.ts';
import { type AggregateValues, isScannable, scanGroups } from '../../columnar/index.ts';
import type { CallDimension } from '../../graphql/generated/inputs.ts';
import { allOf } from '../../query/condition.ts';
import { type Dimension, type Key, readKey } from '../dimensions.ts';
import { combinationOf, type MetricColumn } from '../metric-column.ts';
import type { MetricsQuestion } from '../metrics-question.ts';
import { groupPartOf } from '../slot-plan-of.ts';
import { type OrderValue, orderValueSql } from './group-order.ts';

/** A group that has calls, and what it is ordered by; one more group than a table may have means that there are too many. */
export type Rank = { keys: readonly Key[]; value: number | null };

/** The groups, and what else is known of each by its place among them. */
export type Ranks = { ranks: Rank[]; known: ReadonlyMap<string, GroupValues> };
/** The values of a column by place of a group; `together`: those of several groups as one. */
export type GroupValues = { of: (place: number) => unknown; together: (places: readonly number[]) => unknown };

/** The groups as packed calls tell them; null where calls themselves must be asked. */
export async function scanRanks(
  question: MetricsQuestion,
  names: readonly CallDimension[],
  used: readonly Dimension[],
  { of, per }: OrderValue,
  likely: readonly MetricColumn[],
): Promise<Ranks | null> {
  const { range, budget } = question;
  const by = used.map((dimension) => groupPartOf(dimension, range));
  const needed = [of, ...(per ? [per] : [])];
  const plan = { groups: { by, keys: [], slots: [], otherSlot: -1, slotCount: 1 } };
  const figures = `groups by ${names.join(', ')}`;
  const asked = [...needed, ...likely.filter(addsUp)];
  const { told: columns, packed } = await question.sources.openFor(question, plan, asked, { figures, needed });
  if (!packed) return null;
  const aggregates = columns.map(({ aggregate }) => aggregate);
  const found = await scanGroups(packed.chunks, packed.selection, by, aggregates, budget.maxRows);
  if (!found) {
    const ranks = Array.from({ length: budget.maxRows + 1 }, () => ({ keys: [], value: null }));
    return { ranks, known: new Map() };
  }
  const [read] = found.values;
  const readDivisor = per ? found.values[1] : undefined;
  const ranks = found.keys.map((keys, group) => ({ keys, value: quotient(group, read, readDivisor) }));
  const known = columns.flatMap((column, i): [string, GroupValues][] => {
    const value = found.values[i];
    return value && addsUp(column) ? [[column.name, groupValues(column, value)]] : [];
  });
  return { ranks, known: new Map(known) };
}

/** Whether the figures of several groups are told by those of each, and a scan tells those. */
const addsUp = ({ aggregate }: MetricColumn) => combinationOf(aggregate) !== null && isScannable(aggregate);

function groupValues({ aggregate, read, empty }: MetricColumn, value: AggregateValues): GroupValues {
  const combine = combinationOf(aggregate);
  return {
    of: (place) => read(value(place)),
    together: (places) => {
      let total: number | null = null;
      for (const place of places) {
        const one = value(place) as number | null;
        if (one === null) continue;
        total = total === null || !combine ? one : combine(total, one);
      }
      return total === null ? empty : read(total);
    },
  };
}

function quotient(group: number, read?: AggregateValues, readDivisor?: AggregateValues): number | null {
  const value = Number(read?.(group));
  if (!readDivisor) return value;
  const divisor = Number(readDivisor(group));
  return divisor === 0 ? null : value / divisor;
}

/** The groups as the database tells them. */
export async function queryRanks(
  { db, predicate, budget }: MetricsQuestion,
  used: readonly Dimension[],
  order: OrderValue,
): Promise<Rank[]> {
  const keys = used.map(({ source }, i) => sql`${operandSql(source)} as ${sql.raw(`k${i}`)}`);
  const ordinals = sql.raw(used.map((_, i) => i + 1).join());
  const { rows } = await db.read(calls.accountId, opensTo.figures, (on, own) =>
    on.execute<Record<string, unknown>>(
      sql`select ${sql.join(keys, sql`, `)}, ${orderValueSql(order)} as value from ${calls} where ${allOf([own, callSql(predicate)])} group by ${ordinals} limit ${budget.maxRows + 1}`,
    ),
  );
  return rows.map((row) => ({
    keys: used.map((dimension, i) => readKey(dimension, row[`k${i}`])),
    value: row.value === null ? null : Number(row.value),
  }));
}
