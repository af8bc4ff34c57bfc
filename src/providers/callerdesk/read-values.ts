import type { FieldName } from './field-names.ts';

const maxInteger = 2 ** 31 - 1;

/** Whole seconds in digits alone, as they were read first. */
export function readPlainSeconds(text: string | null): number | null {
  if (text === null || !/^\d+(\.0+)?$/.test(text)) return null;
  const seconds = Number(text);
  return seconds <= maxInteger ? seconds : null;
}

const number = /^(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d*)?$/;
const clock = /^(?:(\d{1,5}):)?(\d{1,5}):([0-5]\d)(?:\.\d+)?$/;
const units =
  /^(?:(\d{1,7})\s*(?:h|hrs?|hours?)\b[\s,]*)?(?:(\d{1,7})\s*(?:m|mins?|minutes?)\b[\s,]*)?(?:(\d{1,10})(?:\.\d+)?\s*(?:s|secs?|seconds?)\b\.?)?$/i;

/**
 * Whole seconds that a Postgres integer holds: `50`, `50.4` (cut), `1,250`, `20:50` (minutes and seconds), `00:20:50`,
 * `50 sec`, `2 min 5 sec`.
 */
export function readSeconds(text: string | null): number | null {
  if (text === null || text.length > 40) return null;
  const seconds = secondsOf(text);
  return seconds !== null && seconds <= maxInteger ? seconds : null;
}

function secondsOf(text: string): number | null {
  const plain = number.exec(text);
  if (plain) return Number(plain[1]?.replaceAll(',', ''));
  const shown = clock.exec(text);
  if (shown) {
    const [, hours, minutes = '0', seconds] = shown;
    if (hours !== undefined && Number(minutes) > 59) return null;
    return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
  }
  const said = text === '' ? null : units.exec(spaced(text));
  return said && Number(said[1] ?? 0) * 3600 + Number(said[2] ?? 0) * 60 + Number(said[3] ?? 0);
}

/** `2m5s` as `2m 5s`, so that a unit ends where its word does. */
function spaced(text: string): string {
  return text.replace(/([a-z])(?=\d)/gi, '$1 ').trim();
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

/** What programs and spreadsheets write where there is nothing. */
const placeholders = new Set(['null', 'none', 'undefined', 'nan', 'n/a', 'na', '-', '[object object]']);

/** People are called so; what a program writes for nothing is spelled otherwise. */
const names = new Set(['Nan', 'Na', 'NAN']);

/** Where the provider writes `0` or `Not Assigned` for nobody, or nothing. */
const zeroIsBlank: ReadonlySet<FieldName> = new Set([
  'callsid',
  'status',
  'callstatus',
  'sourcenumber',
  'destinationnumber',
  'dialwhomnumber',
  'rowcustomer',
  'rowagent',
  'receivername',
  'agentemail',
  'callgroup',
  'campid',
]);

/** What was sent in a field, trimmed; null where that says that there is nothing. */
export function readSent(name: FieldName, value: string | undefined): string | null {
  const text = value?.trim();
  return !text || isBlankIn(name, text) ? null : text;
}

/** Whether a text, which is not empty, stands for nothing in a field. */
export function isBlankIn(name: FieldName, text: string): boolean {
  if (zeroIsBlank.has(name) && (text === '0' || /^not\s*assigned$/i.test(text))) return true;
  return text.length <= 15 && placeholders.has(text.toLowerCase()) && !(name === 'receivername' && names.has(text));
}

// A zero date too; a letter stands between its date and its time.
const zero = /^(?:[^1-9\p{L}]|(?<=0)[TZ](?=0|$))*$/iu;

/** Whether a report's field says nothing: blank, or zeros. */
export function isBlankOrZero(name: FieldName, value: string | undefined): boolean {
  const text = readSent(name, value);
  return text === null || zero.test(text);
}
