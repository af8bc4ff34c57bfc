import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import type { CallDimension } from '../graphql/generated.ts';
import { type Dimension, type Key, readKey } from './dimensions.ts';
import { type OrderValue, orderValueSql } from './group-order.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { scanGroups } from './scan/scan-groups.ts';
import type { AggregateValues } from './scan/tally.ts';
import { groupPartOf } from './slot-plan-of.ts';

/** A group that has calls, and what it is ordered by; one more group than a table may have means that there are too many. */
export type Rank = { keys: Key[]; value: number | null };

/** The groups as packed calls tell them; null where calls themselves must be asked. */
export async function scanRanks(
  question: MetricsQuestion,
  names: readonly CallDimension[],
  used: readonly Dimension[],
  { of, per }: OrderValue,
): Promise<Rank[] | null> {
  const { range, budget } = question;
  const by = used.map((dimension) => groupPartOf(dimension, range));
  const aggregates = [of.aggregate, ...(per ? [per.aggregate] : [])];
  const plan = { groups: { by, keys: [], slots: [], otherSlot: -1, slotCount: 1 } };
  const packed = await question.sources.openFor(`groups by ${names.join(', ')}`, question, plan, aggregates);
  if (!packed) return null;
  const known = aggregates.filter((aggregate) => aggregate !== undefined);
  const found = await scanGroups(packed.chunks, packed.selection, by, known, budget.maxCells);
  if (!found) return Array.from({ length: budget.maxCells + 1 }, () => ({ keys: [], value: null }));
  const [read, readDivisor] = found.values;
  return found.keys.map((keys, group) => ({ keys, value: quotient(group, read, readDivisor) }));
}

function quotient(group: number, read?: AggregateValues, readDivisor?: AggregateValues): number | null {
  const value = Number(read?.(group));
  if (!readDivisor) return value;
  const divisor = Number(readDivisor(group));
  return divisor === 0 ? null : value / divisor;
}

/** The groups as the database tells them. */
export async function queryRanks(
  { db, condition, budget }: MetricsQuestion,
  used: readonly Dimension[],
  order: OrderValue,
): Promise<Rank[]> {
  const keys = used.map(({ key }, i) => sql`${key} as ${sql.raw(`k${i}`)}`);
  const ordinals = sql.raw(used.map((_, i) => i + 1).join());
  const { rows } = await db.execute<Record<string, unknown>>(
    sql`select ${sql.join(keys, sql`, `)}, ${orderValueSql(order)} as value from ${calls} where ${condition} group by ${ordinals} limit ${budget.maxCells + 1}`,
  );
  return rows.map((row) => ({
    keys: used.map((dimension, i) => readKey(dimension, row[`k${i}`])),
    value: row.value === null ? null : Number(row.value),
  }));
}
