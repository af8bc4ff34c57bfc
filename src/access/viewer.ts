import type { Instant } from '../time/instant.ts';

/** What a viewer may do. The page docs/security.md says what each of them opens. */
export const scopes = ['calls', 'metrics', 'numbers', 'recordings', 'inbox', 'names:write', 'replay', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/**
 * Who asks, of which accounts, and what they may do there. Plain data: it crosses threads, and it is part of the key of every
 * answer that is shared or kept.
 */
export type Viewer = {
  /** The name of the key; of those without one, what they are. */
  readonly name: string;
  /** 'all' includes accounts that are made later. */
  readonly accounts: 'all' | readonly number[];
  readonly scopes: readonly Scope[];
  /** Whether only documents that the service holds may be asked. */
  readonly documentsOnly?: boolean;
  /** What its questions may cost a minute; absent: what the service allows each key. */
  readonly budget?: number;
  /** When the key ends; absent: never. */
  readonly expiresAt?: Instant;
};

/** Everything, of all accounts: who asks where access is open. */
export const administrator: Viewer = { name: 'administrator', accounts: 'all', scopes };

/** The same for who has the token of the setting. */
export const tokenBearer: Viewer = { ...administrator, name: 'ADMIN_TOKEN' };

/** The same for who runs a command beside the service. */
export const commandLine: Viewer = { ...administrator, name: 'command line' };

/** As whom it is noted that something was asked with a key that is none. */
export const unknownKey = { name: 'unknown key', accounts: 'all' } as const;

/** What no key is called, so that what is noted of who did something is plain. */
export const viewersWithoutKey: readonly string[] = [
  ...[administrator, tokenBearer, commandLine].map(({ name }) => name),
  unknownKey.name,
];

/** Reads everything, and changes nothing. */
export const reader: Viewer = {
  name: 'reader',
  accounts: 'all',
  scopes: ['calls', 'metrics', 'numbers', 'recordings'],
};

export function hasScope(viewer: Pick<Viewer, 'scopes'>, scope: Scope): boolean {
  return viewer.scopes.includes(scope);
}

/** Whether rows of an account are for a viewer. */
export function maySee({ accounts }: Viewer, accountId: number): boolean {
  return accounts === 'all' || accounts.includes(accountId);
}

/** Tells viewers from others in the keys of answers that are shared or kept. */
export function keyOfViewer({ name, accounts, scopes, documentsOnly, budget, expiresAt }: Viewer): string {
  return JSON.stringify([name, accounts, scopes, documentsOnly, budget, expiresAt]);
}

/** The one account that a viewer sees; null where there may be several. */
export function accountOfViewer({ accounts }: Viewer): number | null {
  const [account, ...more] = accounts === 'all' ? [] : accounts;
  return more.length > 0 ? null : (account ?? null);
}
