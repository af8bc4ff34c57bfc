import type { FieldName } from './field-names.ts';

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
