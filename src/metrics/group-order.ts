import { type SQL, sql } from 'drizzle-orm';
import type { CallMetric, SortDirection } from '../graphql/generated.ts';
import {
  abandonRate,
  answerRate,
  coinsTotal,
  counts,
  type Measure,
  measuredCount,
  measuredSum,
  measures,
  type RatioColumns,
} from './metric-columns.ts';

const rate = ({ numerator, denominator }: RatioColumns) =>
  sql`${numerator.sql}::float8 / nullif(${denominator.sql}, 0)`;
const average = (measure: Measure) =>
  sql`${measuredSum(measure).sql}::float8 / nullif(${measuredCount(measure).sql}, 0)`;

/** What groups can be ordered by, made of the metrics of the same names. */
export const orderValues: Record<CallMetric, SQL> = {
  CALL_COUNT: counts.callCount.sql,
  ANSWERED_COUNT: counts.answeredCount.sql,
  MISSED_COUNT: counts.missedCount.sql,
  ABANDONED_COUNT: counts.abandonedCount.sql,
  ANSWER_RATE: rate(answerRate),
  ABANDON_RATE: rate(abandonRate(5)),
  TALK_SECONDS_TOTAL: measuredSum(measures.talkTime).sql,
  TALK_SECONDS_AVERAGE: average(measures.talkTime),
  WAIT_SECONDS_AVERAGE: average(measures.waitTime),
  SPEED_OF_ANSWER_AVERAGE: average(measures.speedOfAnswer),
  COINS_TOTAL: sql`${coinsTotal.sql}::numeric`,
};

/** A group's place in its order: the value ordered by, then text and id of each key. */
export type GroupPlace = readonly (number | string | null)[];

/** Compares places: values in the direction, then keys; nulls last throughout. */
export function comparePlaces(direction: SortDirection): (a: GroupPlace, b: GroupPlace) => number {
  return (a, b) => {
    for (let i = 0; i < a.length; i++) {
      const [x = null, y = null] = [a[i], b[i]];
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      const order = typeof x === 'number' && typeof y === 'number' ? x - y : compareCodePoints(String(x), String(y));
      if (order !== 0) return i === 0 && direction === 'DESC' ? -order : order;
    }
    return 0;
  };
}

/** Bytes of UTF-8 are in the order of code points; UTF-16, which `<` compares, is not. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
