import { type Instant, instantOf, msOf } from './instant.ts';
import { dayMs, isoWeekday } from './local-date.ts';
import { offsetStretches } from './zone.ts';

/** What of the local clock a moment is told by: the hour 0 to 23, the ISO weekday 1 to 7, or both in one number 0 to 167. */
export type ClockPart = 'HOUR_OF_DAY' | 'DAY_OF_WEEK' | 'HOUR_OF_WEEK';

/** How the local clock reads over a range: one stretch for each UTC offset. */
export type LocalClock = {
  readonly part: ClockPart;
  readonly stretches: readonly { readonly from: Instant; readonly offsetSeconds: number }[];
};

/** A piece [from, to) of time in which the part of the clock stays the same; in milliseconds since 1970. */
export type ClockPiece = { readonly from: number; readonly to: number; readonly value: number };

const hourMs = 3_600_000;
type Range = { readonly from: Instant; readonly to: Instant };

/** The local clock of a zone over a range. */
export function localClock(part: ClockPart, zone: string, { from, to }: Range): LocalClock {
  const stretches = offsetStretches(zone, msOf(from), Math.max(msOf(to), msOf(from) + 1));
  return {
    part,
    stretches: stretches.map((stretch) => ({ from: instantOf(stretch.from), offsetSeconds: stretch.offset / 1000 })),
  };
}

/** What the part of a clock reads, from the local time written as the milliseconds it would be in UTC. */
export function readClockPart(part: ClockPart, localMs: number): number {
  const hour = Math.floor((((localMs % dayMs) + dayMs) % dayMs) / hourMs);
  if (part === 'HOUR_OF_DAY') return hour;
  const weekday = isoWeekday(Math.floor(localMs / dayMs));
  return part === 'DAY_OF_WEEK' ? weekday : (weekday - 1) * 24 + hour;
}

/** What the clock reads at a moment; null before its range. */
export function clockReader({ part, stretches }: LocalClock): (ms: number) => number | null {
  const pieces = stretches.map(({ from, offsetSeconds }) => ({ from: msOf(from), offset: offsetSeconds * 1000 }));
  return (ms) => {
    const piece = pieces.length === 1 ? pieces[0] : pieces.findLast(({ from }) => from <= ms);
    return piece ? readClockPart(part, ms + piece.offset) : null;
  };
}

/** A range cut wherever the part of the clock changes, in order. */
export function clockPieces({ part, stretches }: LocalClock, { from, to }: Range): ClockPiece[] {
  const step = part === 'DAY_OF_WEEK' ? dayMs : hourMs;
  const end = msOf(to);
  const pieces: { from: number; to: number; value: number }[] = [];
  for (const [i, { from: start, offsetSeconds }] of stretches.entries()) {
    const next = stretches[i + 1];
    const until = Math.min(end, next ? msOf(next.from) : end);
    const offset = offsetSeconds * 1000;
    for (let at = Math.max(msOf(start), msOf(from)); at < until; ) {
      const to = Math.min(until, (Math.floor((at + offset) / step) + 1) * step - offset);
      const value = readClockPart(part, at + offset);
      const last = pieces.at(-1);
      if (last && last.value === value && last.to === at) last.to = to;
      else pieces.push({ from: at, to, value });
      at = to;
    }
  }
  return pieces;
}
