import { mask } from './digit-runs.ts';

// More than a way through menus: what callers key in may be a number, or a secret.
const longest = 3;

/** Keys that a caller pressed, as they are shown where numbers are masked. */
export function maskKeyPress(keys: string): string {
  return keys.length > longest ? mask : keys;
}
