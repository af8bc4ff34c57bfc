import type { CallListQuestion } from '../provider.ts';

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
