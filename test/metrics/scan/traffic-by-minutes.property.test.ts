import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observedTime } from '../../../src/columnar/scan/observed-time.ts';
import { type CallClass, type Chunk, noValue } from '../../../src/columnar/store/chunk.ts';
import { scanTrafficByMoments } from '../../../src/columnar/traffic/scan-traffic.ts';
import { isByMinutes, scanTrafficByMinutes } from '../../../src/columnar/traffic/traffic-by-minutes.ts';

const begin = Date.parse('2026-03-01T00:00:00.500Z');
const minuteMs = 60_000;
const classes = ['COMPLETED', 'IN_PROGRESS', 'UNREPORTED'].map(
  (status): CallClass => ({
    direction: 'INBOUND',
    status: status as CallClass['status'],
    disposition: null,
    outcome: null,
    isLegAPicked: true,
    hasRecording: false,
  }),
);

type Drawn = { start: number; length: number; code: number; agent: number; isSuperseded: boolean };

function chunkOf(calls: readonly Drawn[], hasLive: boolean): Chunk {
  const [completed, live, unreported] = classes as [CallClass, CallClass, CallClass];
  const sorted = calls.toSorted((a, b) => a.start - b.start);
  const starts = Float64Array.from(sorted, ({ start }) => start);
  return {
    accountId: 1,
    from: starts[0] as number,
    to: (starts.at(-1) as number) + 1,
    count: sorted.length,
    startedAt: starts,
    classes: [completed, hasLive ? live : completed, unreported],
    classCode: Uint16Array.from(sorted, ({ code }) => code),
    superseded: sorted.some(({ isSuperseded }) => isSuperseded)
      ? Uint8Array.from(sorted, ({ isSuperseded }) => Number(isSuperseded))
      : null,
    int32: (name) => Int32Array.from(sorted, ({ agent }) => (name === 'agentId' ? agent : noValue)),
    moment: () => Float64Array.from(sorted, ({ start, length }) => (length < 0 ? Number.NaN : start + length)),
    words: () => ({ codes: new Uint16Array(sorted.length), values: [null] }),
    id: () => Float64Array.from(sorted.keys()),
  };
}

const drawnCall = fc.record({
  start: fc.integer({ min: -120 * minuteMs, max: 400 * minuteMs }),
  length: fc.oneof(fc.integer({ min: -1, max: 20 * minuteMs }), fc.integer({ min: -1, max: 300 * minuteMs })),
  code: fc.constantFrom(...Array.from({ length: 60 }, () => 0), 1, 2, 2),
  agent: fc.integer({ min: 1, max: 3 }),
  isSuperseded: fc.constantFrom(...Array.from({ length: 60 }, (_, i) => i === 0)),
});

const cases = fc.noBias(
  fc.record({
    // Calls of whole seconds or minutes make many moments and hours alike; without any, all hours are.
    unit: fc.constantFrom(1, 1000, minuteMs, 30 * minuteMs),
    // With few calls the first moment of a slot is often that of its peak.
    calls: fc.constantFrom(6, 6, 200).chain((maxLength) => fc.array(drawnCall, { maxLength })),
    size: fc.integer({ min: 1, max: 90 }),
    minutes: fc.constantFrom(1, 59, 60, 61, 150, 300),
    beyond: fc.integer({ min: 0, max: minuteMs }),
    nowAfter: fc.integer({ min: -10, max: 400 }),
    isFiltered: fc.boolean(),
    isOnMinute: fc.boolean(),
    hasLive: fc.boolean(),
    steps: fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 200 })), { maxLength: 6 }),
    slots: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 6, maxLength: 6 }),
  }),
);

test('the traffic of slots of time is the same by minutes as by every moment', async () => {
  let busy = 0;
  await fc.assert(
    fc.asyncProperty(
      cases,
      async ({ unit, calls, size, minutes, beyond, nowAfter, isFiltered, isOnMinute, hasLive, steps, slots }) => {
        const drawn = calls.map((call) => ({
          ...call,
          start: begin + Math.floor(call.start / unit) * unit,
          length: call.length < 0 ? -1 : Math.ceil(call.length / unit) * unit,
        }));
        const chunks = Array.from({ length: Math.ceil(drawn.length / size) }, (_, i) =>
          chunkOf(drawn.slice(i * size, (i + 1) * size), hasLive),
        );
        const from = isOnMinute ? begin - 500 : begin;
        const to = from + minutes * minuteMs + beyond;
        const now = begin + nowAfter * minuteMs;
        const test = isFiltered ? ({ of: 'agentId', in: [2] } as const) : { all: [] };
        const clipped = { from, to: Math.min(to, now), now, test };
        if (clipped.to <= from) return;
        const starts = [0, ...steps.slice(1)].map((_, i) => steps.slice(0, i).reduce((sum, step) => sum + step, 0));
        const boundaries = Float64Array.of(...starts.map((after) => from + after * minuteMs), Number.POSITIVE_INFINITY);
        const time = { boundaries, slots: Int32Array.from(starts, (_, i) => slots[i] ?? -1), slotCount: 3 };
        const plan = steps.length > 0 ? { time } : {};
        const stretches = observedTime(plan, steps.length > 0 ? 3 : 1, from, clipped.to);
        expect(isByMinutes(clipped, stretches)).toBe(true);
        const expected = await scanTrafficByMoments(chunks, clipped, plan, stretches);
        // From the second asking on more of chunks is kept.
        for (let asked = 0; asked < 3; asked++) {
          expect(await scanTrafficByMinutes(chunks, clipped, stretches)).toEqual(expected);
        }
        busy += expected.filter(({ busyHour }) => busyHour !== null).length;
      },
    ),
    { numRuns: 1500 },
  );
  expect(busy).toBeGreaterThan(50);
}, 120_000);

test('a call that ends when a slot begins is no part of it', async () => {
  const from = begin - 500;
  const call = { start: from + 5 * minuteMs, length: 13 * minuteMs, code: 0, agent: 1, isSuperseded: false };
  const slots = [[{ from, to: from + 18 * minuteMs }], [{ from: from + 18 * minuteMs, to: from + 30 * minuteMs }]];
  const selection = { from, to: from + 30 * minuteMs, now: from + 90 * minuteMs, test: { all: [] } };
  const traffic = await scanTrafficByMinutes([chunkOf([call], false)], selection, slots);
  expect(traffic).toEqual([
    { peak: 1, peakAt: call.start, erlangs: 13 / 18, busyHour: null },
    { peak: 0, peakAt: null, erlangs: 0, busyHour: null },
  ]);
});
