import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Aggregate } from '../metric-columns.ts';
import { classCount, classNumbersOf } from './class-numbers.ts';
import { CoinSums } from './coin-sums.ts';
import { CustomerCount } from './customer-count.ts';
import { CustomerCounts } from './customer-counts.ts';
import { secondsOf } from './needed-columns.ts';
import { SpanPercentiles } from './span-percentiles.ts';
import { SpanStatistics } from './span-statistics.ts';
import type { AggregateValues, Tally } from './tally.ts';
import { TestCounts } from './test-counts.ts';

/** What gathers for several aggregates together, and how each is told afterwards. */
export type TallyPlan = { tallies: Tally[]; answers: (() => AggregateValues)[] };

/** As few tallies as can answer all aggregates. */
export function planTallies(aggregates: readonly Aggregate[], chunks: readonly Chunk[], slotCount: number): TallyPlan {
  const tallies = new Map<string, Tally>();
  const share = <Kind extends Tally>(name: unknown, make: () => Kind): Kind => {
    const key = JSON.stringify(name);
    const tally = (tallies.get(key) as Kind | undefined) ?? make();
    tallies.set(key, tally);
    return tally;
  };
  const tests = testsBySeconds(aggregates);
  const classes = classesIn(chunks);

  const answerOf = (aggregate: Aggregate): (() => AggregateValues) => {
    switch (aggregate.of) {
      case 'calls': {
        const { over } = aggregate;
        const seconds = secondsOf(over);
        const alike = tests.get(JSON.stringify(seconds)) ?? [];
        const counts = share(['calls', seconds], () => new TestCounts(alike, seconds, slotCount, classes));
        return () => counts.valuesOf(over);
      }
      case 'spans': {
        const { take, seconds, over } = aggregate;
        if (typeof take === 'string') {
          const statistics = share(['statistics', seconds, over], () => new SpanStatistics(seconds, over, slotCount));
          statistics.gatherFor(take);
          return () => statistics.valuesOf(take);
        }
        const all = share(['percentiles', seconds, over], () => new SpanPercentiles(seconds, over, slotCount));
        return () => all.valuesOf(take.percentile);
      }
      case 'coins': {
        const sums = share('coins', () => new CoinSums(chunks, slotCount));
        return () => sums.values();
      }
      case 'customers': {
        const counts = share('customers', () =>
          slotCount === 1 ? new CustomerCount() : new CustomerCounts(slotCount),
        );
        return () => counts.values();
      }
    }
  };
  const answers = aggregates.map(answerOf);
  return { tallies: [...tallies.values()], answers };
}

/** The numbers of the classes that occur. */
function classesIn(chunks: readonly Chunk[]): number[] {
  const occurs = new Uint8Array(classCount);
  for (const { classes } of chunks) {
    const numbers = classNumbersOf(classes);
    for (let code = 0; code < numbers.length; code++) occurs[numbers[code] as number] = 1;
  }
  const found: number[] = [];
  for (let number = 0; number < classCount; number++) if (occurs[number] === 1) found.push(number);
  return found;
}

/** The tests of counts, by the seconds that they compare. */
function testsBySeconds(aggregates: readonly Aggregate[]): Map<string, Test[]> {
  const groups = new Map<string, Test[]>();
  for (const aggregate of aggregates) {
    if (aggregate.of !== 'calls') continue;
    const key = JSON.stringify(secondsOf(aggregate.over));
    groups.set(key, [...(groups.get(key) ?? []), aggregate.over]);
  }
  return groups;
}
