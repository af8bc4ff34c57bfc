import { hash } from 'node:crypto';

/** SHA-256. Its bytes lie in Node's shared pool: memory of its own, as hash() gives it, takes as long as the hash itself. */
export function sha256(told: string | Buffer): Buffer {
  return Buffer.from(hash('sha256', told, 'binary'), 'binary');
}
