import { badInput } from '../errors.ts';
import { instantOf, msOf } from '../time/instant.ts';
import { type ClockPart, type LocalClock, localClock } from '../time/local-clock.ts';
import type { TimeRange } from '../time/range.ts';

/** Each hour of a range is a piece of it: more would hold up the questions of others. */
const maxYears = 25;
const yearMs = 365.25 * 86_400_000;

/** The local clock over a question's range; BAD_USER_INPUT where that is longer than anybody has calls of. */
export function questionClock(
  part: ClockPart,
  { timeZone, range }: { timeZone: string; range: TimeRange },
): LocalClock {
  const years = (msOf(range.to) - msOf(range.from)) / yearMs;
  if (years <= maxYears) return localClock(part, timeZone, range);
  const earliest = instantOf(msOf(range.to) - maxYears * yearMs);
  throw badInput(
    ['range'],
    `is ${Math.floor(years)} years, and hours and weekdays of the local clock are told for at most ${maxYears}`,
    `at most ${maxYears} years, such as from ${earliest} on`,
  );
}
