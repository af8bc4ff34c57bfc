import { AppError, type ArgumentPath } from '../../errors.ts';
import type { Instant } from '../../time/instant.ts';
import { hasScope, maySee, type Scope, type Viewer } from '../viewer.ts';

/** What a key allows whoever presents it. */
export type KeyRights = {
  scopes: readonly Scope[];
  /** Null: all, later ones too. */
  accountIds: readonly number[] | null;
  expiresAt: Instant | null;
  documentsOnly: boolean;
  budget: number | null;
};

/**
 * FORBIDDEN where a key would allow more than whoever gives it may: no key gives another a scope, an account, a time, a freedom
 * or a budget beyond its own.
 */
export function holdToMaker(maker: Viewer, rights: KeyRights, path: ArgumentPath): void {
  const beyond = (field: string, problem: string, allowed: string, missing: readonly string[]) =>
    new AppError('FORBIDDEN', `${[...path, field].join('.')}: ${problem}. Allowed: ${allowed}.`, {
      argument: [...path, field],
      allowed,
      missing,
    });
  const scopes = rights.scopes.filter((scope) => !hasScope(maker, scope));
  if (scopes.length > 0) {
    const problem = `the key that asks does not have ${scopes.join(', ')} itself`;
    throw beyond('scopes', problem, `scopes that it has: ${maker.scopes.join(', ')}`, scopes);
  }
  if (!seesAll(maker, rights.accountIds)) throw beyondAccounts(path, rights.accountIds === null);
  if (maker.expiresAt !== undefined && (rights.expiresAt === null || rights.expiresAt > maker.expiresAt)) {
    const problem = `a key would be valid longer than the key that asks`;
    throw beyond('expiresAt', problem, `an instant up to ${maker.expiresAt}, when that ends`, ['expiresAt']);
  }
  if (maker.documentsOnly && !rights.documentsOnly) {
    const problem = 'the key that asks may send only documents that the service holds';
    throw beyond('documentsOnly', problem, 'true', ['documentsOnly']);
  }
  if (maker.budget !== undefined && (rights.budget === null || rights.budget > maker.budget)) {
    throw beyond('budget', 'is more than the key that asks has', `1 to ${maker.budget}`, ['budget']);
  }
}

/** What is said of accounts of others, and of such as there are none: they must not be told apart. */
export function beyondAccounts(path: ArgumentPath, isLeftOut = false): AppError {
  const allowed = 'accounts that it sees itself, each by its id';
  const problem = isLeftOut ? 'left out, which stands for all accounts' : 'names others';
  const argument = [...path, 'accountIds'];
  return new AppError(
    'FORBIDDEN',
    `${argument.join('.')}: ${problem}, and the key that asks does not see them. Allowed: ${allowed}.`,
    { argument, allowed, missing: ['accountIds'] },
  );
}

function seesAll(maker: Viewer, accountIds: readonly number[] | null): boolean {
  return accountIds === null ? maker.accounts === 'all' : accountIds.every((id) => maySee(maker, id));
}
