import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import { chooseLocalMs, localToMs } from '../../time/zone.ts';

// 1970 is how some systems print "never"; later years than these are no times of calls.
const firstYear = 1971;
const lastYear = 2199;

/** What a text shows of a calendar and a clock, and how far that is from UTC where it says so. */
type Shown = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  offsetMinutes: number | null;
};

/** Which of two moments is meant where a zone's clock shows the same twice: the one at another moment, or the first after it. */
export type Hint = { about: Instant } | { notBefore: Instant };

/**
 * A time as an instant: without an offset it is local. Null if it is unset, a placeholder, in no form that is known, or no date that exists: the day comes before the month.
 */
export function readTime(text: string | null, zone: string, hint: Hint | null = null): Instant | null {
  const shown = text === null ? null : isPlain(text) ? plainOf(text) : shownBy(text);
  if (shown === null || !exists(shown)) return null;
  const { year, month, day, hour, minute, second, offsetMinutes } = shown;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  if (offsetMinutes !== null) return instantOf(local - offsetMinutes * 60_000);
  return instantOf(hint ? chooseLocalMs(zone, local, chooserOf(hint)) : localToMs(zone, local));
}

const aboutMs = 30 * 60_000;

function chooserOf(hint: Hint): (moments: readonly number[]) => number | undefined {
  if ('notBefore' in hint) return (moments) => moments.find((ms) => ms >= msOf(hint.notBefore));
  const about = msOf(hint.about);
  return (moments) => {
    const [nearest] = [...moments].sort((a, b) => Math.abs(a - about) - Math.abs(b - about));
    return nearest !== undefined && Math.abs(nearest - about) <= aboutMs ? nearest : undefined;
  };
}

/** Whether it is a `yyyy-mm-dd hh:mm:ss` that exists, in the spellings that were known first. */
export function isPlainTime(text: string | null): boolean {
  const match = text === null || isPlain(text) ? null : firstForm.exec(text);
  const plain = match ? `${match[1]} ${match[2]}` : text;
  return plain !== null && isPlain(plain) && exists(plainOf(plain));
}

const firstForm = /^(\d{4}-\d\d-\d\d)(?:\s+|\s*[a-zA-Z]\s*)(\d\d:\d\d:\d\d)(?:\.\d+)?$/;

/** Whether it is `yyyy-mm-dd hh:mm:ss`, as most times are: looked at sign by sign, for matching takes much longer. */
function isPlain(text: string): boolean {
  if (text.length !== 19) return false;
  for (let at = 0; at < 19; at++) {
    const code = text.charCodeAt(at);
    if (
      at === 4 || at === 7
        ? code !== 0x2d
        : at === 10
          ? code !== 0x20
          : at === 13 || at === 16
            ? code !== 0x3a
            : code < 0x30 || code > 0x39
    )
      return false;
  }
  return true;
}

function plainOf(text: string): Shown {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  return { year, month, day, hour, minute, second, offsetMinutes: null };
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const month =
  '(?<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const dates = [
  '(?<year>\\d{4})(?<sign>[-/.])(?<month>\\d\\d?)\\k<sign>(?<day>\\d\\d?)',
  '(?<day>\\d\\d?)(?<sign>[-/.])(?<month>\\d\\d?)\\k<sign>(?<year>\\d{4})',
  `(?<day>\\d\\d?)[-/. ]?${month}[-/., ]{1,2}(?<year>\\d{4})`,
  `${month}[-/. ]?(?<day>\\d\\d?)[-/, ]{1,2}(?<year>\\d{4})`,
];
// Between date and time the documentation has a no-break space and a space, one sample a stray letter. \s is NBSP too.
const between = '(?:,?\\s+|\\s*[a-z]\\s*)';
const clock = '(?<hour>\\d\\d?):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:[.,]\\d+)?)?(?:\\s*(?<half>[ap])\\.?m\\.?)?';
const offset = '(?:\\s*(?<utc>z|utc|gmt)|\\s*(?<ahead>[+-])(?<hours>\\d\\d)(?::?(?<minutes>\\d\\d))?)?';
const forms = [
  ...dates.map((date) => new RegExp(`^${date}(?:${between}${clock}${offset})?$`, 'i')),
  new RegExp(
    `^(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)t(?<hour>\\d\\d)(?<minute>\\d\\d)(?:(?<second>\\d\\d)(?:[.,]\\d+)?)?${offset}$`,
    'i',
  ),
];
const longest = 60;

function shownBy(text: string): Shown | null {
  if (text.length > longest) return null;
  for (const form of forms) {
    const { groups } = form.exec(text) ?? {};
    if (groups) return shownIn(groups);
  }
  return null;
}

function shownIn(groups: Record<string, string | undefined>): Shown | null {
  const { word, half, utc, ahead, hours = '0', minutes = '0' } = groups;
  const number = (name: string) => Number(groups[name] ?? 0);
  const hour = half === undefined ? number('hour') : hourOf(number('hour'), half);
  const [offsetHours, offsetMinutes] = [Number(hours), Number(minutes)];
  if (hour === null || offsetHours > 14 || offsetMinutes > 59) return null;
  const minutesAhead = (offsetHours * 60 + offsetMinutes) * (ahead === '-' ? -1 : 1);
  return {
    year: number('year'),
    month: word === undefined ? number('month') : months.indexOf(word.slice(0, 3).toLowerCase()) + 1,
    day: number('day'),
    hour,
    minute: number('minute'),
    second: number('second'),
    offsetMinutes: utc === undefined && ahead === undefined ? null : minutesAhead,
  };
}

/** The hour of a clock that shows twelve. */
function hourOf(shown: number, half: string): number | null {
  if (shown < 1 || shown > 12) return null;
  return (shown % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

function exists({ year, month, day, hour, minute, second }: Shown): boolean {
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return false;
  if (day < 1 || (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate())) return false;
  return hour <= 23 && minute <= 59 && second <= 59;
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + text.charCodeAt(at) - 0x30;
  return number;
}

/**
 * The start that an incoming call's id tells: `epoch.seq`, an Asterisk uniqueid. The documentation prints
 * 1672649960.960xxxx, so what follows the dot is not looked at.
 */
export function readSidTime(callSid: string): Instant | null {
  if (!/^\d{10}\.\S/.test(callSid)) return null;
  const ms = digits(callSid, 0, 10) * 1000;
  return ms >= Date.UTC(2000, 0) && ms < Date.UTC(lastYear + 1, 0) ? instantOf(ms) : null;
}
