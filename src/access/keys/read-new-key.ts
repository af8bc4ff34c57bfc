import { type ArgumentPath, badInput } from '../../errors.ts';
import { maxListLength, readInstant, readText } from '../../query/read-value.ts';
import type { Instant } from '../../time/instant.ts';
import { type Scope, scopes, viewersWithoutKey } from '../viewer.ts';
import type { KeyRights } from './maker-rights.ts';

/** What a key shall be. */
export type NewKey = Omit<KeyRights, 'accountIds' | 'expiresAt'> & {
  name: string;
  /** An instant as it was sent; null or undefined: never. */
  expiresAt?: unknown;
  /** Null in place of the list: all accounts, later ones too; in it: what names none. */
  accountIds: readonly (number | null)[] | null;
};

export type CheckedKey = KeyRights & { name: string };

const noAccount = -1;
const maxBudget = 2 ** 31 - 1;

/** Refuses a key that nobody may have: what is wrong with it by itself, whoever makes it. */
export function readNewKey(wanted: NewKey, { now, path }: { now: Instant; path: ArgumentPath }): CheckedKey {
  const name = readKeyName(wanted.name, [...path, 'name']);
  const isReserved = (reserved: string) => plain(reserved) === plain(name);
  if (viewersWithoutKey.some(isReserved)) {
    throw badInput([...path, 'name'], `is what those without a key are called`, 'another name');
  }
  return {
    ...wanted,
    name,
    scopes: readScopes(wanted.scopes, [...path, 'scopes']),
    accountIds: wanted.accountIds && readAccountIds(wanted.accountIds, path),
    expiresAt: readExpiry(wanted.expiresAt, now, [...path, 'expiresAt']),
    budget: readBudget(wanted.budget, [...path, 'budget']),
  };
}

/** A name without what makes it look the same as another. */
const plain = (name: string) => name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ');

/** A name as keys have it: on one line, without what cannot be seen. */
export function readKeyName(value: unknown, path: ArgumentPath): string {
  const name = readText(value, path).trim();
  const length = [...name].length;
  const allowed = '1 to 64 characters, without control characters';
  if (length < 1 || length > 64) throw badInput(path, `has ${length} characters`, allowed);
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name)) throw badInput(path, 'has control characters', allowed);
  return name;
}

function readScopes(wanted: readonly Scope[], path: ArgumentPath): readonly Scope[] {
  const given = scopes.filter((scope) => wanted.includes(scope));
  if (given.length === 0) throw badInput(path, 'is empty', `at least one of ${scopes.join(', ')}`);
  if (given.includes('replay') && !given.includes('inbox')) {
    throw badInput(path, 'has replay without inbox', 'replay together with inbox: it reads what the inbox holds');
  }
  return given;
}

function readAccountIds(ids: readonly (number | null)[], path: ArgumentPath): readonly number[] {
  if (ids.length === 0) {
    throw badInput([...path, 'accountIds'], 'is empty', 'at least one account; left out, the key is for all');
  }
  if (ids.length > maxListLength) {
    throw badInput([...path, 'accountIds'], `has ${ids.length} values`, `at most ${maxListLength}`);
  }
  // What names no account is refused where accounts of others are, or the two could be told apart.
  return [...new Set(ids.map((id) => id ?? noAccount))].sort((a, b) => a - b);
}

function readExpiry(value: unknown, now: Instant, path: ArgumentPath): Instant | null {
  if (value === null || value === undefined) return null;
  const expiresAt = readInstant(value, path);
  if (expiresAt <= now) throw badInput(path, 'has passed', 'a moment that is still to come');
  return expiresAt;
}

function readBudget(budget: number | null, path: ArgumentPath): number | null {
  if (budget === null || (Number.isInteger(budget) && budget >= 1 && budget <= maxBudget)) return budget;
  throw badInput(path, `is ${budget}`, `a whole number from 1 to ${maxBudget}`);
}
