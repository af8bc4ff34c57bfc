import type { CallListQuestion } from '../provider.ts';
import type { FieldName } from './field-names.ts';

/** Where the provider's call list is, below the address of its API. */
export const callListPath = '/api/call_list_v2';

/** The provider allows 20 to 200. */
export const rowsPerPage = 200;

/** What is posted to ask for a page of one day's calls. */
export function callListForm({ authcode, day, page }: CallListQuestion): URLSearchParams {
  return new URLSearchParams({
    authcode,
    start_date: day,
    end_date: day,
    current_page: String(page),
    per_page: String(rowsPerPage),
  });
}

/** What a page's answer says: that it has rows, that there are none (any more), or why not. Null if it is no answer. */
export function readCallListAnswer(text: string): 'ROWS' | 'END' | { refusal: string } | null {
  const answer = parse(text);
  if (answer === null) return null;
  const { type, message } = answer as { type?: unknown; message?: unknown };
  if (typeof type === 'string' && type.trim().toLowerCase() === 'error') {
    const said = typeof message === 'string' ? message.trim() : '';
    return /\bno\s+(records?|data|calls?|results?)\b|\b(records?|data)\s+not\s+found\b/i.test(said)
      ? 'END'
      : { refusal: said.slice(0, 200) || 'it does not say why' };
  }
  return holdsRows(answer) ? 'ROWS' : 'END';
}

function parse(text: string): object | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

function holdsRows(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value)
    ? value.some((member) => typeof member === 'object' && member !== null)
    : Object.values(value).some(holdsRows);
}

/**
 * What the fields of a row of the provider's call list (call_list_v2) are called in a delivery, folded. Where a row has
 * another word for something, or says it in another way, it gets a name of its own.
 */
const names = new Map<string, FieldName>([
  ['sidid', 'callsid'],
  ['flowtype', 'direction'],
  ['deskphone', 'destinationnumber'],
  ['callernum', 'rowcustomer'],
  ['membernum', 'rowagent'],
  ['membername', 'receivername'],
  ['callresult', 'status'],
  ['startdatetime', 'starttime'],
  ['enddatetime', 'endtime'],
  ['totalduration', 'callduration'],
  ['coindeducted', 'coins'],
  ['keypressed', 'keypress'],
  ['groupname', 'callgroup'],
  ['file', 'callrecordingurl'],
]);

/** Whether keys, folded, are those of a row of the call list, not of a delivery. */
export function isCallListRow(folded: readonly string[]): boolean {
  return !folded.includes('callsid') && folded.includes('sidid');
}

/** A row's field under the name that it has in a delivery. */
export function rowFieldName(folded: string): string {
  return names.get(folded) ?? folded;
}
