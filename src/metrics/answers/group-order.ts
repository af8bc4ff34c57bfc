import { type SQL, sql } from 'drizzle-orm';
import type { CallMetric, SortDirection } from '../../graphql/generated/inputs.ts';
import { compareCodePoints } from '../../query/compare-code-points.ts';
import { catalogue, type Measure, type RatioColumns, statisticOf } from '../catalogue.ts';
import { aggregateSql, type MetricColumn } from '../metric-column.ts';

/** A figure, or the quotient of two. */
export type OrderValue = { of: MetricColumn; per?: MetricColumn };

const rate = ({ numerator, denominator }: RatioColumns): OrderValue => ({ of: numerator, per: denominator });
const average = (measure: Measure): OrderValue => ({
  of: statisticOf(measure, 'sum'),
  per: statisticOf(measure, 'count'),
});

/** What groups can be ordered by, made of the metrics of the same names. */
export const orderValues: Record<CallMetric, OrderValue> = {
  CALL_COUNT: { of: catalogue.callCount.of({}) },
  ANSWERED_COUNT: { of: catalogue.answeredCount.of({}) },
  MISSED_COUNT: { of: catalogue.missedCount.of({}) },
  ABANDONED_COUNT: { of: catalogue.abandonedCount.of({}) },
  ANSWER_RATE: rate(catalogue.answerRate.of({})),
  ABANDON_RATE: rate(catalogue.abandonRate.of({ shortAbandonSeconds: 5 })),
  TALK_SECONDS_TOTAL: { of: statisticOf(catalogue.talkTime.measure, 'sum') },
  TALK_SECONDS_AVERAGE: average(catalogue.talkTime.measure),
  WAIT_SECONDS_AVERAGE: average(catalogue.waitTime.measure),
  SPEED_OF_ANSWER_AVERAGE: average(catalogue.speedOfAnswer.measure),
  COINS_TOTAL: { of: catalogue.coinsTotal.of({}) },
};

/** The SQL of what a group is ordered by; null where there is nothing to divide by. */
export function orderValueSql({ of, per }: OrderValue): SQL {
  const value = sql`(${aggregateSql(of.aggregate)})::float8`;
  return per ? sql`${value} / nullif(${aggregateSql(per.aggregate)}, 0)` : value;
}

/** A group's place in its order: the value ordered by, then text and id of each key. */
export type GroupPlace = readonly (number | string | null)[];

type Part = number | string | null;

/** Compares what groups are ordered by first: in the direction, nulls last both ways. */
export function compareValues(direction: SortDirection): (x: Part, y: Part) => number {
  return direction === 'DESC'
    ? (x, y) => (x === null || y === null ? compareParts(x, y) : compareParts(y, x))
    : compareParts;
}

/** Compares places: values in the direction, then keys; nulls last throughout. */
export function comparePlaces(direction: SortDirection): (a: GroupPlace, b: GroupPlace) => number {
  const compareFirst = compareValues(direction);
  return (a, b) => {
    for (let i = 0; i < a.length; i++) {
      const [x = null, y = null] = [a[i], b[i]];
      const order = i === 0 ? compareFirst(x, y) : compareParts(x, y);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareParts(x: Part, y: Part): number {
  if (x === y) return 0;
  if (x === null) return 1;
  if (y === null) return -1;
  return typeof x === 'number' && typeof y === 'number' ? x - y : compareCodePoints(String(x), String(y));
}
