import { StartupError } from '../../startup-error.ts';
import { type Instant, instantOf, lastMs, parseInstant } from '../../time/instant.ts';
import { startOfDay } from '../../time/zone.ts';

const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { d: 24 * hourMs, h: hourMs };

/** When a key shall expire: after a number of days or hours, or as a day of a zone's calendar begins. */
export function readExpiry(text: string, now: number, timeZone: string): Instant {
  const expiresAt = afterSpan(text, now) ?? asDayBegins(text, timeZone);
  if (expiresAt !== null) return expiresAt;
  throw new StartupError(
    `--expires is ${JSON.stringify(text.slice(0, 60))}. Allowed: days or hours, such as 90d or 12h, or a day such as 2027-01-31.`,
  );
}

function afterSpan(text: string, now: number): Instant | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([dh])$/.exec(text) ?? [];
  const ms = now + Number(count) * (unitMs[unit] ?? Number.NaN);
  return ms <= lastMs ? instantOf(ms) : null;
}

function asDayBegins(text: string, timeZone: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || parseInstant(`${text}T00:00:00Z`) === null) return null;
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return startOfDay(timeZone, { year, month, day });
}
