import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBusyHour } from '../../../src/columnar/traffic/busy-hour.ts';

const hourMs = 3_600_000;
const from = Date.parse('2026-03-01T00:00:00.500Z');

test('the busy hour of hundreds of calls is the earliest of the busiest that any start gives', () => {
  fc.assert(
    fc.property(
      fc.noBias(
        fc.record({
          minutes: fc.integer({ min: 60, max: 130 }),
          // Calls of whole seconds make many hours equally busy.
          unit: fc.constantFrom(1, 1000, 600_000),
          calls: fc.array(fc.tuple(fc.nat(7_800_000), fc.integer({ min: 1, max: 900_000 })), {
            minLength: 280,
            maxLength: 320,
          }),
        }),
      ),
      ({ minutes, unit, calls }) => {
        const to = from + minutes * 60_000 + 1;
        const spans = calls.flatMap(([offset, length]) => {
          const start = from + Math.floor(offset / unit) * unit;
          const end = Math.min(start + Math.ceil(length / unit) * unit, to);
          return start < end ? [{ start, end }] : [];
        });
        const starts = Float64Array.from(spans, ({ start }) => start).sort();
        const ends = Float64Array.from(spans, ({ end }) => end).sort();
        const occupied = (at: number) =>
          spans.reduce((sum, { start, end }) => {
            return sum + Math.max(0, Math.min(end, at + hourMs) - Math.max(start, at));
          }, 0);
        const candidates = [from, to - hourMs, ...spans.flatMap(({ start, end }) => [start, end - hourMs])]
          .filter((at) => at >= from && at <= to - hourMs)
          .sort((a, b) => a - b);
        let best = { start: from, occupiedMs: 0 };
        for (const start of new Set(candidates)) {
          const occupiedMs = occupied(start);
          if (occupiedMs > best.occupiedMs) best = { start, occupiedMs };
        }
        expect(findBusyHour(starts, ends, [{ from, to }])).toEqual({
          start: best.start,
          callCount: spans.filter(({ start, end }) => start < best.start + hourMs && end > best.start).length,
          erlangs: best.occupiedMs / hourMs,
        });
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
