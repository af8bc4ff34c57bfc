import { instantOf } from '../../time/instant.ts';
import { maskText } from '../masking/mask-text.ts';
import type { Viewer } from '../viewer.ts';
import type { Receipt } from './receipt.ts';
import type { AskedEntry } from './write-entries.ts';

/** So long an operation's name may be there. */
const longest = 64;

/** What the log keeps of a question that has been answered just now. */
export function entryOf(
  { name, accounts }: Pick<Viewer, 'name' | 'accounts'>,
  status: number,
  receipt: Receipt,
  requestId: string,
): AskedEntry {
  const { operationName } = receipt;
  return {
    at: instantOf(Date.now()),
    viewer: name,
    accountIds: accounts === 'all' ? null : [...accounts],
    ...receipt,
    operationName: operationName && nameInLog(operationName),
    status,
    requestId,
  };
}

/** Masked first: what is cut off could leave a part of a number. Names of GraphQL have letters of one unit alone. */
function nameInLog(name: string): string {
  const shown = maskText(name);
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1)}…`;
}
