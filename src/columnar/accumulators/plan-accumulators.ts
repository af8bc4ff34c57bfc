import { memoize } from '../../memoize.ts';
import type { Predicate } from '../../query/predicate.ts';
import { secondsOf } from '../scan/needed-columns.ts';
import type { Accumulator, AggregateValues, FillValues } from './accumulator.ts';
import { type Aggregate, wordsOf } from './aggregate.ts';
import { CoinSums } from './coin-sums.ts';
import { CustomerCount } from './customer-count.ts';
import { CustomerCounts } from './customer-counts.ts';
import { type CountPlan, PredicateCounts, planCounts } from './predicate-counts.ts';
import type { Seconds } from './read-seconds.ts';
import { SpanPercentiles } from './span-percentiles.ts';
import { SpanStatistics } from './span-statistics.ts';

/** How an aggregate is told once all calls were added; `fill` is there where it adds up. */
export type Answer = { values: () => AggregateValues; fill?: () => FillValues };

/** What gathers for several aggregates together, and how each is told afterwards. */
export type AccumulatorPlan = { accumulators: Accumulator[]; answers: Answer[] };

/** Makes accumulators for so many slots. */
export type MakeAccumulators = (slotCount: number) => AccumulatorPlan;

/** As few accumulators as can answer all aggregates; what is the same for all chunks is worked out once. */
export const compileAccumulators = memoize(
  (aggregates: readonly Aggregate[]) => aggregates.map(wordsOf).join('\n'),
  planAccumulators,
);

function planAccumulators(aggregates: readonly Aggregate[]): MakeAccumulators {
  const counting = testsBySeconds(aggregates);
  const wanted = aggregates.map((aggregate) => ({ aggregate, name: nameOf(aggregate) }));
  return (slotCount) => {
    const accumulators = new Map<string, Accumulator>();
    const share = <Kind extends Accumulator>(name: string, make: () => Kind): Kind => {
      const accumulator = (accumulators.get(name) as Kind | undefined) ?? make();
      accumulators.set(name, accumulator);
      return accumulator;
    };
    const answerOf = (aggregate: Aggregate, name: string): Answer => {
      switch (aggregate.of) {
        case 'calls': {
          const { over } = aggregate;
          const plan = counting.get(name) as CountPlan;
          const counts = share(name, () => new PredicateCounts(plan, slotCount));
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
    return { accumulators: [...accumulators.values()], answers };
  };
}

const names = new WeakMap<Aggregate, string>();

/** What tells the accumulator of an aggregate from others. */
function nameOf(aggregate: Aggregate): string {
  const name = names.get(aggregate) ?? JSON.stringify(accumulatorOf(aggregate));
  names.set(aggregate, name);
  return name;
}

function accumulatorOf(aggregate: Aggregate): unknown {
  if (aggregate.of === 'calls') return ['calls', secondsOf(aggregate.over)];
  if (aggregate.of !== 'spans') return aggregate.of;
  const { take, seconds, over } = aggregate;
  return [typeof take === 'string' ? 'statistics' : 'percentiles', seconds, over];
}

/** The counts that one accumulator makes, by its name. */
function testsBySeconds(aggregates: readonly Aggregate[]): Map<string, CountPlan> {
  const groups = new Map<string, { seconds: Seconds | null; tests: Predicate[] }>();
  for (const aggregate of aggregates) {
    if (aggregate.of !== 'calls') continue;
    const name = nameOf(aggregate);
    const group = groups.get(name) ?? { seconds: secondsOf(aggregate.over), tests: [] };
    group.tests.push(aggregate.over);
    groups.set(name, group);
  }
  return new Map([...groups].map(([name, { seconds, tests }]) => [name, planCounts(tests, seconds)]));
}
