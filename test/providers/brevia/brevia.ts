import type { AccountSetting, Columns, Provider } from '../../../src/providers/provider.ts';
import { sha256 } from '../../../src/sha256.ts';
import { eraseLines } from './erase-lines.ts';
import { type Line, linesOf, messagesOf, textOf, valuesOf } from './lines.ts';
import { meaningOf, readIdTime } from './meaning.ts';
import { readStatus } from './read-status.ts';

/** Whose clock a time without a zone is of. */
const clock: AccountSetting = {
  option: 'clock',
  shown: 'local|utc',
  allowed: 'local or utc',
  read: (text) => (text === 'local' || text === 'utc' ? { settings: { clock: text } } : null),
  tell: ({ settings }) => settings.clock ?? 'local',
};

const names = ['ev', 'ref', 'way', 'cli', 'ext', 'line', 'who', 'team', 'res', 't0', 't1', 't2', 'talk', 'rec'];
const fold = (name: string) => name.trim().toLowerCase();
const columns: Columns = {
  names,
  id: 'ref',
  idWords: 'ref',
  fold,
  isField: (name) => names.includes(fold(name)),
  isId: (name) => fold(name) === 'ref',
  isTime: (name) => /^t\d$/.test(fold(name)),
  tellOfCalls: (all) => all.some((name) => fold(name) === 'ref'),
};

/** The same lines, whatever their order, are the same delivery. */
function hashOf(lines: readonly Line[]): Buffer {
  const told = lines.map(({ key, value }) => `${fold(key)}\n${value}`).sort();
  return sha256(told.join('\0')).subarray(0, 16);
}

/**
 * A provider that is nothing like CallerDesk: text of lines `key|value`, several messages with `--` between them, days and
 * clocks with their zone behind an at sign, its own words, the minute of a call's start in its reference.
 */
export const brevia: Provider = {
  name: 'brevia',
  title: 'Brevia',
  webhook: {
    addresses: { '/events': null },
    isInQuery: () => false,
    notReadable: 'kept, but it is no Brevia message',
    sample: { contentType: 'text/plain', body: 'ev|done\nref|0-1\nway|in\nres|OK' },
  },
  read: (sent, { account, receivedAt }) => {
    const messages = sent.importedAs ? [] : messagesOf(sent);
    if (messages.length > 1) {
      const items = messages.map((text) => ({ form: 'FORM' as const, body: Buffer.from(text), contentType: null }));
      const unreadable = `${messages.length} messages, of which each is read where it arrives`;
      return { form: 'FORM', unreadable, status: 200, together: { items, kind: null } };
    }
    const lines = linesOf(sent);
    const form = sent.importedAs ? 'JSON' : 'FORM';
    if (lines === null) return { form, unreadable: 'no lines of key|value', status: 400 };
    const meaning = meaningOf(valuesOf(lines), { account, receivedAt, isImported: sent.importedAs !== undefined });
    return { form, meaning, contentHash: hashOf(lines) };
  },
  readStatus,
  readIdTime,
  showPayload: (sent) => {
    const lines = linesOf(sent);
    return lines === null ? textOf(sent.body) : Object.fromEntries(lines.map(({ key, value }) => [key, value]));
  },
  erase: eraseLines,
  columns,
  callList: {
    path: '/journal',
    form: ({ authcode, day, page }) => new URLSearchParams({ key: authcode, on: day, from: String((page - 1) * 2) }),
    readAnswer: (text) => (text === 'locked' ? { refusal: text } : text === '{"journal":[]}' ? 'END' : 'ROWS'),
  },
  settings: [clock],
};
