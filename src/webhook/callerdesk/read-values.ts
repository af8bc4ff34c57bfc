import type { Instant } from '../../time/instant.ts';
import { instantOf } from '../../time/instant.ts';
import { localToMs } from '../../time/zone.ts';

// Between date and time the documentation has a no-break space and a space, one sample a stray letter. \s is NBSP too.
const dateTime = /^(\d{4})-(\d\d)-(\d\d)(?:\s+|\s*[a-zA-Z]\s*)(\d\d):(\d\d):(\d\d)(?:\.\d+)?$/;

// 1970 is how some systems print "never"; later years than these are no times of calls.
const firstYear = 1971;
const lastYear = 2199;

/** A local `yyyy-mm-dd hh:mm:ss` as an instant; null if unset, a placeholder, or no date that exists. */
export function readTime(text: string | null, zone: string): Instant | null {
  const match = text === null ? null : dateTime.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return null;
  if (day < 1 || (day > 28 && day > daysIn(year, month))) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return instantOf(localToMs(zone, Date.UTC(year, month - 1, day, hour, minute, second)));
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * The start that an incoming call's id tells: `epoch.seq`, an Asterisk uniqueid. The documentation prints
 * 1672649960.960xxxx, so what follows the dot is not looked at.
 */
export function readSidTime(callSid: string): Instant | null {
  const epoch = /^(\d{10})\.\S/.exec(callSid)?.[1];
  if (epoch === undefined) return null;
  const ms = Number(epoch) * 1000;
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
