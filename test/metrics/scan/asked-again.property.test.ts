import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reader } from '../../../src/access/viewer.ts';
import { callPredicate } from '../../../src/calls/list/call-filter.ts';
import { isPacked } from '../../../src/columnar/scan/needed-columns.ts';
import { scanCalls } from '../../../src/columnar/scan/scan-calls.ts';
import { scanGroups } from '../../../src/columnar/scan/scan-groups.ts';
import type { SlotPlan } from '../../../src/columnar/scan/slot-plan.ts';
import type { CallFilter } from '../../../src/graphql/generated/inputs.ts';
import { binOf, catalogue, statisticOf } from '../../../src/metrics/catalogue.ts';
import type { MetricColumn } from '../../../src/metrics/metric-column.ts';
import { imaginedCalls, imaginedWorld, packCalls } from '../../support/packed-world.ts';
import { regionOf } from '../../support/recount/match.ts';
import { callSpecs, clockChange, toRow } from '../../support/recount/random-calls.ts';
import { callFilter } from '../../support/recount/random-filters.ts';
import { fillInIds } from '../../support/recount/world.ts';
import { ids } from '../../support/seals.ts';

const world = imaginedWorld();
const hourMs = 3_600_000;

const level = (clock: 'START' | 'LEG_A_PICKED') =>
  catalogue.serviceLevel.of({ withinSeconds: 20, clock, rule: 'SHORT_ABANDONS_EXCLUDED', shortAbandonSeconds: 5 })
    .denominator;
const adding = [
  catalogue.callCount.of({}),
  catalogue.answeredCount.of({}),
  catalogue.abandonRate.of({ shortAbandonSeconds: 5 }).numerator,
  level('START'),
  level('LEG_A_PICKED'),
  binOf(catalogue.talkTime.measure, 5, 60),
  statisticOf(catalogue.duration.measure, 'sum'),
  statisticOf(catalogue.waitTime.measure, 'count'),
  statisticOf(catalogue.talkTime.measure, 'min'),
  statisticOf(catalogue.talkTime.measure, 'max'),
];
const aggregatesOf = (columns: readonly Pick<MetricColumn, 'aggregate'>[]) => columns.map(({ aggregate }) => aggregate);

const cases = clockChange.chain((change) =>
  fc.record({
    change: fc.constant(change),
    specs: fc.array(callSpecs(change, 60), { minLength: 40, maxLength: 40 }).map((parts) => parts.flat()),
    // Of the smallest several are in a block of less than a day.
    chunkSize: fc.constantFrom(20, 150, 400, 3000),
    filter: fc.option(callFilter(change)),
    cuts: fc.uniqueArray(fc.integer({ min: -60, max: 60 }), { minLength: 2, maxLength: 5 }),
    // The longer one has whole blocks of days in it.
    reach: fc.constantFrom(100, 1000),
    beside: fc.subarray([
      statisticOf(catalogue.talkTime.measure, { percentile: 90 }),
      catalogue.coinsTotal.of({}),
      catalogue.uniqueCustomerCount.of({}),
    ]),
    by: fc.constantFrom(['agentId'] as const, ['direction'] as const, ['campaignId', 'disposition'] as const),
  }),
);

test('figures are the same however often they are asked for, and in which order', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ change, specs, chunkSize, filter: marked, cuts, reach, beside, by }) => {
      const calls = imaginedCalls(specs.map((spec, i) => toRow(spec, i, world)));
      const filter = fillInIds<CallFilter | null>(marked, world, calls);
      const held = callPredicate(filter, { region: regionOf(world, filter), ids, viewer: reader });
      if (!isPacked(held)) return;
      const selection = { from: change - reach * hourMs, to: change + reach * hourMs, test: held };
      const aggregates = aggregatesOf([...adding, ...beside]);
      const boundaries = Float64Array.from(cuts.sort((a, b) => a - b).map((hours) => change + hours * hourMs));
      const slots = Int32Array.from(cuts.slice(1), (_, i) => i);
      const time = { boundaries, slots, slotCount: slots.length };
      const keys = [...new Map(calls.map((call) => by.map((field) => call[field])).map((key) => [`${key}`, key]))]
        .map(([, key]) => key)
        .filter((_, i) => i % 3 > 0);
      const groups = { by, keys, slots: keys.map((_, i) => i), otherSlot: keys.length, slotCount: keys.length + 1 };
      const plans: SlotPlan[] = [{}, { time }, { groups }, { groups, time }];
      const pack = () => packCalls(calls, chunkSize, []);
      const figuresOf = async (chunks: ReturnType<typeof pack>, plan: SlotPlan) => {
        const values = await scanCalls(chunks, selection, plan, aggregates);
        const count = (plan.groups?.slotCount ?? 1) * (plan.time?.slotCount ?? 1);
        return Array.from({ length: count }, (_, slot) => values.map((value) => value(slot)));
      };
      const groupsOf = async (chunks: ReturnType<typeof pack>) => {
        const found = await scanGroups(chunks, selection, by, aggregates, 1000);
        return new Map(found?.keys.map((key, i) => [`${key}`, found.values.map((value) => value(i))]));
      };

      const kept = pack();
      const fresh = await Promise.all(plans.map((plan) => figuresOf(pack(), plan)));
      const freshGroups = await groupsOf(pack());
      for (let time = 0; time < 5; time++) {
        for (const [i, plan] of plans.entries()) expect(await figuresOf(kept, plan)).toEqual(fresh[i]);
        expect(await groupsOf(kept)).toEqual(freshGroups);
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
