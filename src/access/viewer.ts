/** What a viewer may do beyond reading calls and figures. */
export type Scope = 'admin';

/**
 * Who asks, of which accounts, and what they may do there. Plain data: it crosses threads, and it is part of the key of every
 * answer that is shared or kept.
 */
export type Viewer = {
  readonly name: string;
  /** 'all' includes accounts that are made later. */
  readonly accounts: 'all' | readonly number[];
  readonly scopes: readonly Scope[];
};

/** Reads everything, and may administer the service. */
export const administrator: Viewer = { name: 'administrator', accounts: 'all', scopes: ['admin'] };

/** Reads everything. */
export const reader: Viewer = { name: 'reader', accounts: 'all', scopes: [] };

export function hasScope({ scopes }: Viewer, scope: Scope): boolean {
  return scopes.includes(scope);
}

/** Whether rows of an account are for a viewer. */
export function maySee({ accounts }: Viewer, accountId: number): boolean {
  return accounts === 'all' || accounts.includes(accountId);
}

/** Tells viewers from others in the keys of answers that are shared or kept. */
export function keyOfViewer({ name, accounts, scopes }: Viewer): string {
  return JSON.stringify([name, accounts, scopes]);
}

/** The one account that a viewer sees; null where there may be several. */
export function accountOfViewer({ accounts }: Viewer): number | null {
  const [account, ...more] = accounts === 'all' ? [] : accounts;
  return more.length > 0 ? null : (account ?? null);
}
