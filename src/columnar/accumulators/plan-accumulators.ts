import { makeOnce } from '../../memoize.ts';
import type { Test } from '../../query/predicate.ts';
import { secondsOf } from '../scan/needed-columns.ts';
import type { AggregateValues, FillValues, Tally } from './accumulator.ts';
import type { Aggregate } from './aggregate.ts';
import { wordsOf } from './aggregate.ts';
import { CoinSums } from './coin-sums.ts';
import { CustomerCount } from './customer-count.ts';
import { CustomerCounts } from './customer-counts.ts';
import type { Seconds } from './read-seconds.ts';
import { SpanPercentiles } from './span-percentiles.ts';
import { SpanStatistics } from './span-statistics.ts';
import { type CountPlan, planCounts, TestCounts } from './test-counts.ts';

/** How an aggregate is told once all calls were added; `fill` is there where it adds up. */
export type Answer = { values: () => AggregateValues; fill?: () => FillValues };

/** What gathers for several aggregates together, and how each is told afterwards. */
export type TallyPlan = { tallies: Tally[]; answers: Answer[] };

/** Makes tallies for so many slots. */
export type MakeTallies = (slotCount: number) => TallyPlan;

/** As few tallies as can answer all aggregates; what is the same for all chunks is worked out once. */
export const compileTallies = makeOnce(
  (aggregates: readonly Aggregate[]) => aggregates.map(wordsOf).join('\n'),
  planTallies,
);

function planTallies(aggregates: readonly Aggregate[]): MakeTallies {
  const counting = testsBySeconds(aggregates);
  const wanted = aggregates.map((aggregate) => ({ aggregate, name: nameOf(aggregate) }));
  return (slotCount) => {
    const tallies = new Map<string, Tally>();
    const share = <Kind extends Tally>(name: string, make: () => Kind): Kind => {
      const tally = (tallies.get(name) as Kind | undefined) ?? make();
      tallies.set(name, tally);
      return tally;
    };
    const answerOf = (aggregate: Aggregate, name: string): Answer => {
      switch (aggregate.of) {
        case 'calls': {
          const { over } = aggregate;
          const plan = counting.get(name) as CountPlan;
          const counts = share(name, () => new TestCounts(plan, slotCount));
          return { values: () => counts.valuesOf(over), fill: () => counts.fillOf(over) };
        }
        case 'spans': {
          const { take, seconds, over } = aggregate;
          if (typeof take === 'string') {
            const statistics = share(name, () => new SpanStatistics(seconds, over, slotCount));
            statistics.gatherFor(take);
            return { values: () => statistics.valuesOf(take), fill: () => statistics.fillOf(take) };
          }
          const all = share(name, () => new SpanPercentiles(seconds, over, slotCount));
          return { values: () => all.valuesOf(take.percentile) };
        }
        case 'coins': {
          const sums = share(name, () => new CoinSums(slotCount));
          return { values: () => sums.values() };
        }
        case 'customers': {
          const counts = share(name, () => (slotCount === 1 ? new CustomerCount() : new CustomerCounts(slotCount)));
          return { values: () => counts.values() };
        }
      }
    };
    const answers = wanted.map(({ aggregate, name }) => answerOf(aggregate, name));
    return { tallies: [...tallies.values()], answers };
  };
}

const names = new WeakMap<Aggregate, string>();

/** What tells the tally of an aggregate from others. */
function nameOf(aggregate: Aggregate): string {
  const name = names.get(aggregate) ?? JSON.stringify(tallyOf(aggregate));
  names.set(aggregate, name);
  return name;
}

function tallyOf(aggregate: Aggregate): unknown {
  if (aggregate.of === 'calls') return ['calls', secondsOf(aggregate.over)];
  if (aggregate.of !== 'spans') return aggregate.of;
  const { take, seconds, over } = aggregate;
  return [typeof take === 'string' ? 'statistics' : 'percentiles', seconds, over];
}

/** The counts that one tally makes, by its name. */
function testsBySeconds(aggregates: readonly Aggregate[]): Map<string, CountPlan> {
  const groups = new Map<string, { seconds: Seconds | null; tests: Test[] }>();
  for (const aggregate of aggregates) {
    if (aggregate.of !== 'calls') continue;
    const name = nameOf(aggregate);
    const group = groups.get(name) ?? { seconds: secondsOf(aggregate.over), tests: [] };
    group.tests.push(aggregate.over);
    groups.set(name, group);
  }
  return new Map([...groups].map(([name, { seconds, tests }]) => [name, planCounts(tests, seconds)]));
}
