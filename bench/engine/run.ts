import type { GroupPart } from '../../src/columnar/accumulators/group-codes.ts';
import { scanCalls } from '../../src/columnar/scan/scan-calls.ts';
import { scanGroups } from '../../src/columnar/scan/scan-groups.ts';
import type { SlotPlan } from '../../src/columnar/scan/slot-plan.ts';
import type { Chunk } from '../../src/columnar/store/chunk.ts';
import { type FollowUp, scanFollowUps } from '../../src/columnar/traffic/follow-ups.ts';
import { scanTraffic } from '../../src/columnar/traffic/scan-traffic.ts';
import { binOf, catalogue, statisticOf } from '../../src/metrics/catalogue.ts';
import type { MetricColumn } from '../../src/metrics/metric-column.ts';
import { everything, type Predicate } from '../../src/query/predicate.ts';
import { makeYear } from './synthetic-chunks.ts';

/**
 * What a scan of packed calls costs, without database and HTTP: asked for the first and the second time, and after that.
 * tsx bench/engine/run.ts [calls, 10000000 unless given] [part of the names of the questions to ask]
 */
const calls = Number(process.argv[2] ?? 10_000_000);
const runs = 7;
const dayMs = 86_400_000;
const start = Date.parse('2025-01-01T00:00:00Z');
const all: Predicate = everything;

const aggregatesOf = (columns: readonly MetricColumn<never>[] | readonly MetricColumn[]) =>
  (columns as readonly MetricColumn[]).map(({ aggregate }) => aggregate);
const ratioColumns = (ratio: Record<string, MetricColumn<number>>) => Object.values(ratio);
const usual = [
  catalogue.callCount.of({}),
  catalogue.answeredCount.of({}),
  catalogue.missedCount.of({}),
  catalogue.abandonedCount.of({}),
  ...ratioColumns(catalogue.answerRate.of({})),
] as MetricColumn[];
const level = ratioColumns(
  catalogue.serviceLevel.of({
    withinSeconds: 20,
    clock: 'LEG_A_PICKED',
    rule: 'SHORT_ABANDONS_EXCLUDED',
    shortAbandonSeconds: 5,
  }),
) as MetricColumn[];
const levelFromStart = ratioColumns(
  catalogue.serviceLevel.of({
    withinSeconds: 17,
    clock: 'START',
    rule: 'SHORT_ABANDONS_EXCLUDED',
    shortAbandonSeconds: 3,
  }),
) as MetricColumn[];

function pieces(step: number, length: number, slotOf: (piece: number) => number, slotCount: number): SlotPlan {
  const count = Math.ceil(length / step);
  return {
    time: {
      boundaries: Float64Array.from({ length: count + 1 }, (_, i) => start + i * step),
      slots: Int32Array.from({ length: count }, (_, i) => slotOf(i)),
      slotCount,
    },
  };
}

type Question = { name: string; run: (chunks: readonly Chunk[], to: number) => Promise<unknown> };
const scan = (
  name: string,
  columns: unknown[],
  plan: (length: number) => SlotPlan = () => ({}),
  test: Predicate = all,
) => ({
  name,
  run: (chunks: readonly Chunk[], to: number) =>
    scanCalls(chunks, { from: start, to, test }, plan(to - start), aggregatesOf(columns as MetricColumn[])),
});
const rank = (name: string, by: GroupPart[], columns: unknown[]) => ({
  name,
  run: (chunks: readonly Chunk[], to: number) =>
    scanGroups(chunks, { from: start, to, test: all }, by, aggregatesOf(columns as MetricColumn[]), 20_000),
});
const byDay = (length: number) => pieces(dayMs, length, (i) => i, Math.ceil(length / dayMs));
const byHour = (length: number) => pieces(dayMs / 24, length, (i) => i, Math.ceil((length / dayMs) * 24));
const heatMap = (length: number) => pieces(dayMs / 24, length, (i) => i % 168, 168);

const questions: Question[] = [
  scan('totals: counts and answer rate', usual),
  scan('totals: counts, one agent', usual, undefined, { of: 'agentId', in: [7] }),
  scan('totals: counts, an outcome or a long wait', usual, undefined, {
    any: [
      { of: 'outcome', in: ['MISSED'] },
      { of: 'waitSeconds', is: 'gt', value: 60 },
    ],
  }),
  scan('totals: service level', level),
  scan('totals: service level from the start', levelFromStart),
  scan('totals: average talk time', [
    statisticOf(catalogue.talkTime.measure, 'sum'),
    statisticOf(catalogue.talkTime.measure, 'count'),
  ]),
  scan('totals: p50, p90 of wait and talk', [
    statisticOf(catalogue.waitTime.measure, { percentile: 50 }),
    statisticOf(catalogue.waitTime.measure, { percentile: 90 }),
    statisticOf(catalogue.talkTime.measure, { percentile: 50 }),
    statisticOf(catalogue.talkTime.measure, { percentile: 90 }),
  ]),
  scan(
    'totals: histogram of ten bins',
    [0, 10, 20, 30, 60, 120, 300, 600, 1200].map((bound, i, bounds) =>
      binOf(catalogue.talkTime.measure, bound, bounds[i + 1] ?? null),
    ),
  ),
  scan('totals: coins', [catalogue.coinsTotal.of({})]),
  scan('totals: unique customers', [catalogue.uniqueCustomerCount.of({})]),
  scan('by day: counts and answer rate', usual, byDay),
  scan('by hour: counts and answer rate', usual, byHour),
  scan('by day: p90 of talk', [statisticOf(catalogue.talkTime.measure, { percentile: 90 })], byDay),
  scan('by hour: p90 of talk', [statisticOf(catalogue.talkTime.measure, { percentile: 90 })], byHour),
  scan('by day: unique customers', [catalogue.uniqueCustomerCount.of({})], byDay),
  scan('heat map: counts', usual, heatMap),
  scan('heat map: p90 of wait', [statisticOf(catalogue.waitTime.measure, { percentile: 90 })], heatMap),
  rank('by agent: ranked by calls', ['agentId'], [catalogue.callCount.of({})]),
  rank(
    'by agent: counts, rates, level',
    ['agentId'],
    [...usual, ...ratioColumns(catalogue.abandonRate.of({ shortAbandonSeconds: 5 })), ...level],
  ),
  rank('by agent and campaign', ['agentId', 'campaignId'], usual),
  rank('by group, number and disposition', ['callGroupId', 'virtualNumberId', 'disposition'], usual),
];

const inbound: Predicate = { of: 'direction', in: ['INBOUND'] };
const missed: Predicate = { all: [inbound, { of: 'outcome', in: ['MISSED', 'ABANDONED'] }] };
const followUp = (name: string, asked: FollowUp, plan: (length: number) => SlotPlan = () => ({})) => ({
  name,
  run: (chunks: readonly Chunk[], to: number) => {
    const patience = { withinMs: 7 * dayMs, now: start + 400 * dayMs };
    return scanFollowUps(chunks, { from: start, to, test: all }, plan(to - start), asked, patience);
  },
});
const repeats: FollowUp = { first: inbound, next: inbound, isPerCustomer: false };
const reached: FollowUp = { first: missed, next: { of: 'outcome', in: ['ANSWERED'] }, isPerCustomer: true };
const traffic = (name: string, plan: (length: number) => SlotPlan = () => ({})) => ({
  name,
  run: (chunks: readonly Chunk[], to: number) =>
    scanTraffic(chunks, { from: start, to, now: start + 400 * dayMs, test: all }, plan(to - start)),
});
questions.push(
  followUp('totals: repeat customers', repeats),
  followUp('by day: repeat customers', repeats, byDay),
  followUp('totals: missed customers reached', reached),
  traffic('totals: peak, erlangs, busy hour'),
  traffic('by day: peak, erlangs, busy hour', byDay),
  traffic('heat map: peak, erlangs, busy hour', heatMap),
);

const year = makeYear(calls, 16_384, start);
const spans = [
  { name: 'month', to: start + 31 * dayMs },
  { name: 'year', to: start + 366 * dayMs },
];
console.log(`${calls.toLocaleString('en')} calls a year, ${runs} runs, node ${process.version}`);
console.log(
  `${'question'.padEnd(46)}${spans.map(({ name }) => `${name.padStart(10)} ms: 1st     2nd   after`).join('')}`,
);
const wanted = process.argv[3] ?? '';
for (const { name, run } of questions.filter((question) => question.name.includes(wanted))) {
  const cells: string[] = [];
  for (const { to } of spans) {
    const chunks = year.filter((chunk) => chunk.from < to);
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const began = performance.now();
      await run(chunks, to);
      times.push(performance.now() - began);
    }
    const [first, second, ...later] = times as [number, number, ...number[]];
    const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)] as number;
    cells.push(`${first.toFixed(1).padStart(17)}${[second, median].map((ms) => ms.toFixed(1).padStart(8)).join('')}`);
  }
  console.log(name.padEnd(46) + cells.join(''));
}
