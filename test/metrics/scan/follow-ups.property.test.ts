import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from '../../../src/calls/call.table.ts';
import { type FollowUp, scanFollowUps } from '../../../src/columnar/traffic/follow-ups.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import { imaginedCalls, imaginedWorld, packCalls } from '../../support/packed-world.ts';
import { callSpecs, clockChange, toRow } from '../../support/recount/random-calls.ts';

const world = imaginedWorld();
const hourMs = 3_600_000;
const inbound: Predicate = { of: 'direction', in: ['INBOUND'] };
const kinds: Record<
  'repeats' | 'reached',
  FollowUp & { isFirst: (call: Call) => boolean; isNext: (call: Call) => boolean }
> = {
  repeats: {
    first: { all: [inbound, { of: 'status', in: ['COMPLETED'] }] },
    next: inbound,
    isPerCustomer: false,
    isFirst: ({ direction, status }) => direction === 'INBOUND' && status === 'COMPLETED',
    isNext: ({ direction }) => direction === 'INBOUND',
  },
  reached: {
    first: { all: [inbound, { of: 'outcome', in: ['MISSED', 'ABANDONED'] }] },
    next: { of: 'outcome', in: ['ANSWERED'] },
    isPerCustomer: true,
    isFirst: ({ direction, outcome }) => direction === 'INBOUND' && (outcome === 'MISSED' || outcome === 'ABANDONED'),
    isNext: ({ outcome }) => outcome === 'ANSWERED',
  },
};

const cases = clockChange.chain((change) =>
  fc.noBias(
    fc.record({
      change: fc.constant(change),
      specs: callSpecs(change, 80),
      older: callSpecs(change, 8),
      late: fc.integer({ min: 0, max: 10 }),
      chunkSize: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom(kinds.repeats, kinds.reached),
      from: fc.integer({ min: -20, max: 2 }),
      hours: fc.constantFrom(0, 24, 20_000),
      withinHours: fc.constantFrom(1, 2, 24, 8760),
      askedAfter: fc.constantFrom(-1, 1, 3, 30, 100, 9000, 9000),
      agentId: fc.constantFrom(1, null, null),
      step: fc.integer({ min: 1, max: 20 }),
    }),
  ),
);

test('customers that called again, or were reached, are those that a recount finds, wherever the later call is packed', async () => {
  let followed = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ change, specs, older, late, chunkSize, kind, withinHours, agentId, ...asked }) => {
      const calls = imaginedCalls(specs.map((spec, i) => toRow(spec, i, world)));
      const before = imaginedCalls(older.map((spec, i) => toRow(spec, i, world)));
      // What changed of late lies across the chunks of the rest.
      const chunks = [
        ...packCalls(calls.slice(late), chunkSize, before),
        ...packCalls(calls.slice(0, late), chunkSize, []),
      ];
      const from = change + asked.from * hourMs;
      const to = from + asked.hours * hourMs;
      const now = change + asked.askedAfter * hourMs;
      const withinMs = withinHours * hourMs;
      const slotCount = 3;
      const boundaries = Float64Array.from({ length: 5 }, (_, i) => from + i * asked.step * hourMs);
      const slots = Int32Array.from([0, 2, 1, 0]);
      const filter: Predicate = agentId === null ? { all: [] } : { of: 'agentId', in: [agentId] };
      const found = await scanFollowUps(
        chunks,
        { from, to, test: filter },
        { time: { boundaries, slots, slotCount } },
        kind,
        { withinMs, now },
      );

      const ms = (call: Call) => Date.parse(call.startedAt);
      const slotOf = (call: Call) =>
        slots[boundaries.findIndex((start, i) => ms(call) >= start && ms(call) < (boundaries[i + 1] ?? start))];
      const isFollowed = (first: Call) =>
        calls.some(
          (call) =>
            call.accountId === first.accountId &&
            call.customerId === first.customerId &&
            kind.isNext(call) &&
            ms(call) > ms(first) &&
            ms(call) <= ms(first) + withinMs,
        );
      for (let slot = 0; slot < slotCount; slot++) {
        let firsts = calls.filter(
          (call) =>
            ms(call) >= from &&
            ms(call) < to &&
            slotOf(call) === slot &&
            kind.isFirst(call) &&
            (agentId === null || call.agentId === agentId),
        );
        if (kind.isPerCustomer) {
          const known = firsts.filter(({ customerId }) => customerId !== null).sort((a, b) => ms(a) - ms(b));
          firsts = [...new Map(known.map((call) => [call.customerId, call])).values()];
        }
        const judged = firsts.filter((call) => call.customerId !== null && ms(call) + withinMs <= now);
        const numerator = judged.filter(isFollowed).length;
        followed += numerator;
        expect({
          numerator: found.numerator[slot],
          denominator: found.denominator[slot],
          excluded: found.excluded[slot],
        }).toEqual({ numerator, denominator: judged.length, excluded: firsts.length - judged.length });
      }
    }),
    { numRuns: 300 },
  );
  expect(followed).toBeGreaterThan(40);
}, 120_000);
