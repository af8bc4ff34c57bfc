import type { Instant } from '../../time/instant.ts';
import type { ApiKeyRow } from './api-key.table.ts';

/** A key as it is listed: never with what is presented for it. */
export type ApiKey = ApiKeyRow & {
  /** How many of its secrets are valid: two or more while it is being rotated. */
  secrets: number;
};

export type ApiKeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/** A key and what is presented for it, which is known to nobody else and told this once. */
export type IssuedKey = { key: ApiKey; secret: string };

export function stateOf({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Instant): ApiKeyState {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : 'ACTIVE';
}
