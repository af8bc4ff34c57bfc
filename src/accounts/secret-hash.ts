import { sha256 } from '../sha256.ts';

/** What is kept of a secret, and compared: SHA-256. Secrets are long and random, so a slow hash would add nothing. */
export function hashSecret(secret: string): Buffer {
  return sha256(secret);
}
