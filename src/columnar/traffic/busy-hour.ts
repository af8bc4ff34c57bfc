import type { Stretch } from '../scan/observed-time.ts';
import { firstAtOrAfter } from '../scan/row-filter.ts';
import type { Gap } from './occupancies.ts';

/** The traffic of one slot. */
export type Traffic = {
  peak: number;
  /** The earliest moment of the peak; null where there is none. */
  peakAt: number | null;
  /** Null where no time is looked at. */
  erlangs: number | null;
  busyHour: BusyHour | null;
};

export type BusyHour = { start: number; callCount: number; erlangs: number };

const hourMs = 3_600_000;

/** An hour by its start, and for how long calls occupied it, all together. */
type Hour = { start: number; occupiedMs: number };

/**
 * The earliest of the hours with the most traffic that lie wholly in a stretch, given the sorted starts and ends of calls;
 * null where there is no traffic in any such hour.
 */
export function findBusyHour(
  starts: Float64Array,
  ends: Float64Array,
  stretches: readonly Stretch[],
  gaps: readonly Gap[] = [],
): BusyHour | null {
  let best: Hour = { start: 0, occupiedMs: 0 };
  for (const { from, to } of stretches) {
    if (to - from < hourMs) continue;
    const within = {
      starts: starts.subarray(firstAtOrAfter(starts, from), firstAtOrAfter(starts, to)),
      ends: ends.subarray(firstAtOrAfter(ends, from + 1), firstAtOrAfter(ends, to + 1)),
    };
    best = better(best, busiestHour(within, from, to - hourMs));
  }
  if (best.occupiedMs === 0) return null;
  const begun = firstAtOrAfter(starts, best.start + hourMs);
  const ended = firstAtOrAfter(ends, best.start + 1);
  const twice = gaps.filter(({ from, to }) => from > best.start && to < best.start + hourMs).length;
  return { start: best.start, callCount: begun - ended - twice, erlangs: best.occupiedMs / hourMs };
}

function better(one: Hour, other: Hour): Hour {
  if (other.occupiedMs !== one.occupiedMs) return other.occupiedMs > one.occupiedMs ? other : one;
  return other.start < one.start ? other : one;
}

type Calls = { starts: Float64Array; ends: Float64Array };

/**
 * The earliest of the busiest hours that start in [first, last]. As an hour moves, its traffic changes at the rate of the
 * calls at its end less those at its start: by one more or less wherever a call begins or ends at either.
 */
function busiestHour({ starts, ends }: Calls, first: number, last: number): Hour {
  let begunAtStart = firstAtOrAfter(starts, first + 1);
  let endedAtStart = firstAtOrAfter(ends, first + 1);
  let begunAtEnd = firstAtOrAfter(starts, first + hourMs + 1);
  let endedAtEnd = firstAtOrAfter(ends, first + hourMs + 1);
  let start = first;
  let occupiedMs = occupiedOf({ starts, ends }, begunAtEnd, endedAtEnd, first + hourMs);
  let best: Hour = { start, occupiedMs };
  while (start < last) {
    const next = Math.min(
      last,
      starts[begunAtStart] ?? last,
      ends[endedAtStart] ?? last,
      (starts[begunAtEnd] ?? Number.POSITIVE_INFINITY) - hourMs,
      (ends[endedAtEnd] ?? Number.POSITIVE_INFINITY) - hourMs,
    );
    occupiedMs += (begunAtEnd - endedAtEnd - (begunAtStart - endedAtStart)) * (next - start);
    start = next;
    if (occupiedMs > best.occupiedMs) best = { start, occupiedMs };
    while (begunAtStart < starts.length && (starts[begunAtStart] as number) <= start) begunAtStart++;
    while (endedAtStart < ends.length && (ends[endedAtStart] as number) <= start) endedAtStart++;
    while (begunAtEnd < starts.length && (starts[begunAtEnd] as number) <= start + hourMs) begunAtEnd++;
    while (endedAtEnd < ends.length && (ends[endedAtEnd] as number) <= start + hourMs) endedAtEnd++;
  }
  return best;
}

/** For how long calls, none of them begun before the hour, occupied it. */
function occupiedOf({ starts, ends }: Calls, begun: number, ended: number, end: number): number {
  let total = 0;
  for (let i = 0; i < begun; i++) total += end - (starts[i] as number);
  for (let i = 0; i < ended; i++) total -= end - (ends[i] as number);
  return total;
}
