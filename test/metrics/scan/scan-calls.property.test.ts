import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reader } from '../../../src/access/viewer.ts';
import type { Call } from '../../../src/calls/call.table.ts';
import { callPredicate } from '../../../src/calls/list/call-filter.ts';
import type { GroupKey, GroupPart } from '../../../src/columnar/accumulators/group-codes.ts';
import { isPacked, isScannable } from '../../../src/columnar/scan/needed-columns.ts';
import { scanCalls } from '../../../src/columnar/scan/scan-calls.ts';
import { scanGroups } from '../../../src/columnar/scan/scan-groups.ts';
import type { SlotPlan } from '../../../src/columnar/scan/slot-plan.ts';
import type { CallFilter, ServiceLevelClock, ServiceLevelRule } from '../../../src/graphql/generated/inputs.ts';
import { binOf, catalogue, type Measure, type RatioColumns, statisticOf } from '../../../src/metrics/catalogue.ts';
import type { MetricColumn } from '../../../src/metrics/metric-column.ts';
import { imaginedCalls, imaginedWorld, packCalls } from '../../support/packed-world.ts';
import { matchesCall, regionOf } from '../../support/recount/match.ts';
import { recountFigures, rounded, type Thresholds } from '../../support/recount/metrics.ts';
import { callSpecs, clockChange, seconds, toRow } from '../../support/recount/random-calls.ts';
import { callFilter } from '../../support/recount/random-filters.ts';
import { fillInIds } from '../../support/recount/world.ts';
import { ids } from '../../support/seals.ts';

const world = imaginedWorld();
const hourMs = 3_600_000;

type Node = { [name: string]: Node | MetricColumn };
/** Every figure under the name that the recount gives it, a quotient as the two figures it is made of. */
function columnsOf({ within, short, p, bounds }: Thresholds): Node {
  const ratio = ({ numerator, denominator, excluded }: RatioColumns): Node => ({ numerator, denominator, excluded });
  const edges = [null, ...bounds, null];
  const clocks: ServiceLevelClock[] = ['START', 'LEG_A_PICKED', 'LEG_B_STARTED'];
  const rules: ServiceLevelRule[] = [
    'SHORT_ABANDONS_EXCLUDED',
    'ABANDONED_COUNT_AGAINST',
    'ABANDONED_AFTER_T_AGAINST',
    'ABANDONED_WITHIN_T_COUNT',
    'SHORT_ABANDONS_COUNT',
    'ANSWERED_ONLY',
  ];
  const { serviceLevel, ...others } = catalogue;
  const statistics = (measure: Measure): Node => ({
    count: statisticOf(measure, 'count'),
    sum: statisticOf(measure, 'sum'),
    min: statisticOf(measure, 'min'),
    max: statisticOf(measure, 'max'),
    percentile: statisticOf(measure, { percentile: p }),
    median: statisticOf(measure, { percentile: 50 }),
    histogram: Object.fromEntries(edges.slice(1).map((to, i) => [i, { count: binOf(measure, edges[i] ?? null, to) }])),
  });
  const args = { shortAbandonSeconds: short };
  return {
    ...Object.fromEntries(
      Object.entries(others).map(([name, metric]) => {
        if (metric.kind === 'statistics') return [name, statistics(metric.measure)];
        return [name, metric.kind === 'ratio' ? ratio(metric.of(args)) : metric.of(args)];
      }),
    ),
    ...Object.fromEntries(
      clocks.flatMap((clock) =>
        rules.map((rule) => [
          `${clock}_${rule}`,
          ratio(serviceLevel.of({ withinSeconds: within, clock, rule, shortAbandonSeconds: short })),
        ]),
      ),
    ),
  };
}

type Leaf = { path: string[]; column: MetricColumn };
function leavesOf(node: Node, path: string[] = []): Leaf[] {
  return Object.entries(node).flatMap(([name, value]) =>
    'aggregate' in value
      ? [{ path: [...path, name], column: value as unknown as MetricColumn }]
      : leavesOf(value as Node, [...path, name]),
  );
}
const at = (value: unknown, path: string[]) =>
  path.reduce((found, name) => (found as Record<string, unknown>)[name], value);

/** Which of the slots a call belongs to; -1: none. */
type PlanCase = { plan: SlotPlan; slotOf: (call: Call) => number; slotCount: number };

type Keyed = Exclude<GroupPart, object>;
const fields: Keyed[] = [
  'accountId',
  'agentId',
  'campaignId',
  'callGroupId',
  'virtualNumberId',
  'direction',
  'disposition',
];
const keysOf = (by: readonly Keyed[], call: Call): GroupKey[] => by.map((field) => call[field]);

/** Pieces of time of random lengths around a moment, some of them nobody's, several of the same slot. */
const timeCases = (change: number) =>
  fc
    .record({
      steps: fc.array(fc.integer({ min: 1, max: 30 * hourMs }), { minLength: 1, maxLength: 12 }),
      slots: fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 12, maxLength: 12 }),
    })
    .map(({ steps, slots }) => {
      let ms = change - 60 * hourMs;
      const boundaries = Float64Array.from([ms, ...steps.map((step) => (ms += step))]);
      const time = { boundaries, slots: Int32Array.from(steps, (_, i) => slots[i] ?? -1), slotCount: 5 };
      const slotOf = ({ startedAt }: Call) => {
        const piece = boundaries.findIndex((start, i) => {
          const end = boundaries[i + 1] ?? Number.NEGATIVE_INFINITY;
          return Date.parse(startedAt) >= start && Date.parse(startedAt) < end;
        });
        return time.slots[piece] ?? -1;
      };
      return { time, slotOf };
    });

const groupCases = fc
  .record({
    by: fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 }),
    step: fc.integer({ min: 1, max: 3 }),
    hasOthers: fc.boolean(),
  })
  .map(({ by, step, hasOthers }) => ({
    by,
    /** Of the groups of some calls, every one at a step has a slot. */
    planFor: (calls: readonly Call[]) => {
      const all = [...new Map(calls.map((call) => [JSON.stringify(keysOf(by, call)), keysOf(by, call)])).values()];
      const keys = all.filter((_, i) => i % step === 0);
      const otherSlot = hasOthers ? keys.length : -1;
      const groups = { by, keys, slots: keys.map((_, i) => i), otherSlot, slotCount: keys.length + 1 };
      const slotOf = (call: Call) => {
        const found = keys.findIndex((known) => JSON.stringify(known) === JSON.stringify(keysOf(by, call)));
        return found < 0 ? otherSlot : found;
      };
      return { groups, slotOf };
    },
  }));

const cases = clockChange.chain((change) =>
  fc.record({
    change: fc.constant(change),
    specs: callSpecs(change, 60),
    older: callSpecs(change, 8),
    chunkSize: fc.integer({ min: 1, max: 40 }),
    filters: fc.noBias(fc.array(fc.option(callFilter(change), { freq: 3 }), { minLength: 4, maxLength: 8 })),
    range: fc.tuple(fc.integer({ min: -60, max: 60 }), fc.constantFrom(0, 1, 5, 48, 20_000)),
    time: timeCases(change),
    group: groupCases,
    thresholds: fc.record({
      within: fc.constantFrom(...seconds, 86_400),
      short: fc.constantFrom(...seconds),
      p: fc.constantFrom(0.1, 5, 25, 50, 90, 99.9),
      bounds: fc
        .uniqueArray(fc.constantFrom(...seconds, -5, 10 ** 9), { minLength: 1, maxLength: 5 })
        .map((bounds) => bounds.sort((a, b) => a - b)),
    }),
  }),
);

test('a scan of packed calls gives what a recount of the calls gives, in every kind of slot', async () => {
  let packable = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ change, specs, older, chunkSize, filters, range, time, group, thresholds }) => {
      const calls = imaginedCalls(specs.map((spec, i) => toRow(spec, i, world)));
      const before = imaginedCalls(older.map((spec, i) => toRow(spec, i, world)));
      const chunks = packCalls(calls, chunkSize, before);
      const from = change + range[0] * hourMs;
      const to = from + range[1] * hourMs;
      const leaves = leavesOf(columnsOf(thresholds));
      const aggregates = leaves.map(({ column: { aggregate } }) => aggregate);
      expect(aggregates.filter((one) => !isScannable(one))).toEqual([]);

      for (const marked of filters) {
        const filter = fillInIds<CallFilter | null>(marked, world, calls);
        const test = callPredicate(filter, { region: regionOf(world, filter), ids, viewer: reader });
        if (!isPacked(test)) continue;
        packable += 1;
        const among = calls.filter(
          (call) =>
            Date.parse(call.startedAt) >= from && Date.parse(call.startedAt) < to && matchesCall(filter, call, world),
        );
        const { groups, slotOf } = group.planFor(calls);
        const plans: PlanCase[] = [
          { plan: {}, slotOf: () => 0, slotCount: 1 },
          { plan: { time: time.time }, slotOf: time.slotOf, slotCount: 5 },
          { plan: { groups }, slotOf, slotCount: groups.slotCount },
          {
            plan: { groups, time: time.time },
            slotOf: (call) => (slotOf(call) < 0 || time.slotOf(call) < 0 ? -1 : slotOf(call) * 5 + time.slotOf(call)),
            slotCount: groups.slotCount * 5,
          },
        ];
        const selection = { from, to, test };
        for (const { plan, slotOf, slotCount } of plans) {
          const values = await scanCalls(chunks, selection, plan, aggregates);
          // Asked again, figures of runs are kept; the third time they are taken from what was kept.
          const again = await scanCalls(chunks, selection, plan, aggregates);
          const third = await scanCalls(chunks, selection, plan, aggregates);
          for (let slot = 0; slot < slotCount; slot++) {
            const expected = recountFigures(
              among.filter((call) => slotOf(call) === slot),
              thresholds,
            );
            const wanted = leaves.map(({ path }) => [path.join('.'), rounded(at(expected, path))]);
            for (const answers of [values, again, third]) {
              expect(leaves.map(({ path }, i) => [path.join('.'), rounded(answers[i]?.(slot))])).toEqual(wanted);
            }
          }
        }
        const sizes = new Map<string, number>();
        for (const call of among) {
          const name = JSON.stringify(keysOf(group.by, call));
          sizes.set(name, (sizes.get(name) ?? 0) + 1);
        }
        for (let time = 0; time < 3; time++) {
          const found = await scanGroups(chunks, selection, group.by, [{ of: 'calls', over: { all: [] } }], 1000);
          expect(new Map(found?.keys.map((keys, i) => [JSON.stringify(keys), found.values[0]?.(i)]))).toEqual(sizes);
        }
        expect(await scanGroups(chunks, selection, group.by, [], Math.max(sizes.size - 1, 0))).toEqual(
          sizes.size > 0 ? null : { keys: [], values: [] },
        );
      }
    }),
    { numRuns: 15 },
  );
  expect(packable).toBeGreaterThan(15);
}, 120_000);
