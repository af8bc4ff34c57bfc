import type { Instant } from '../../time/instant.ts';
import { instantOf } from '../../time/instant.ts';
import { localToMs } from '../../time/zone.ts';

// Between date and time the documentation has a no-break space and a space, one sample a stray letter. \s is NBSP too.
const dateTime = /^(\d{4}-\d\d-\d\d)(?:\s+|\s*[a-zA-Z]\s*)(\d\d:\d\d:\d\d)(?:\.\d+)?$/;

// 1970 is how some systems print "never"; later years than these are no times of calls.
const firstYear = 1971;
const lastYear = 2199;

/** A local `yyyy-mm-dd hh:mm:ss` as an instant; null if unset, a placeholder, or no date that exists. */
export function readTime(text: string | null, zone: string): Instant | null {
  const plain = text !== null && isPlain(text) ? text : plainOf(text);
  if (plain === null) return null;
  const [year, month, day] = [digits(plain, 0, 4), digits(plain, 5, 7), digits(plain, 8, 10)];
  const [hour, minute, second] = [digits(plain, 11, 13), digits(plain, 14, 16), digits(plain, 17, 19)];
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return null;
  if (day < 1 || (day > 28 && day > daysIn(year, month))) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return instantOf(localToMs(zone, Date.UTC(year, month - 1, day, hour, minute, second)));
}

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

function plainOf(text: string | null): string | null {
  const match = text === null ? null : dateTime.exec(text);
  return match ? `${match[1]} ${match[2]}` : null;
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + text.charCodeAt(at) - 0x30;
  return number;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
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

const maxInteger = 2 ** 31 - 1;

/** Whole seconds that a Postgres integer holds. */
export function readSeconds(text: string | null): number | null {
  if (text === null || !/^\d+(\.0+)?$/.test(text)) return null;
  const seconds = Number(text);
  return seconds <= maxInteger ? seconds : null;
}

/** Seconds of a row, which may be written as `hh:mm:ss`. */
export function readRowSeconds(text: string | null): number | null {
  const clock = /^(\d{1,4}):([0-5]\d):([0-5]\d)$/.exec(text ?? '');
  return clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : readSeconds(text);
}

/** A decimal as its shortest plain text: `1`, `1.5`. */
export function readDecimal(text: string | null): string | null {
  const match = /^([+-]?)0*(\d{0,20})(?:\.(\d{0,20}?)0*)?$/.exec(text ?? '');
  if (!match || !/\d/.test(text ?? '')) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = `${whole || '0'}${fraction && `.${fraction}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** A web address as sent; white space in it percent-encoded. */
export function readUrl(text: string | null): string | null {
  if (text === null || text.length > 2048 || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  return /\s/.test(text) ? new URL(text).href : text;
}
