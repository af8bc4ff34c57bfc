import { AppError } from '../errors.ts';
import { Buckets } from './buckets.ts';

/** So many wrong keys a minute are told that they are wrong, of each address. */
const perMinute = 100;

/**
 * Slows down who tries keys. Whether a key is right is found out before, so that nobody with a right one is refused for the wrong
 * ones of others, from the same address too.
 */
export class WrongKeys {
  readonly #buckets = new Buckets(() => performance.now());

  /** What who sent a wrong key is told in place of that; null: nothing else. */
  note(address: string): AppError | null {
    const wait = this.#buckets.take(address, perMinute, 1);
    if (!wait) return null;
    const { waitSeconds } = wait;
    return new AppError(
      'RATE_LIMITED',
      `More than ${perMinute} wrong keys came from this address within a minute. Try again in ${waitSeconds} s, with a right one.`,
      { allowed: perMinute, retryAfterSeconds: waitSeconds },
    );
  }
}
