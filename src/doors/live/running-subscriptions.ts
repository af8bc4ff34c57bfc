import { AppError } from '../../errors.ts';
import { PlacesByPayer } from '../places-by-payer.ts';
import type { LiveLimits } from './live-limits.ts';

type Allowed = Pick<LiveLimits, 'ofOne' | 'ofAll'>;

/** Counts the subscriptions that run, by who pays for them. */
export class RunningSubscriptions {
  readonly #limits: Allowed;
  readonly #places: PlacesByPayer;

  constructor(limits: Allowed) {
    this.#limits = limits;
    this.#places = new PlacesByPayer(limits);
  }

  /** A place for a subscription; what is returned gives it back. RATE_LIMITED or OVERLOADED where there is none. */
  enter(payer: string): () => void {
    const place = this.#places.enter(payer);
    if (typeof place === 'function') return place;
    const { ofOne, ofAll } = this.#limits;
    const { fullFor, count } = place;
    if (fullFor === 'payer') {
      throw new AppError(
        'RATE_LIMITED',
        `${count} subscriptions of this key or address are open. Allowed: ${ofOne} at once. End one, or use another key.`,
        { limit: 'LIVE_SUBSCRIPTIONS_PER_KEY', asked: count + 1, allowed: ofOne, retryAfterSeconds: 10 },
      );
    }
    throw new AppError('OVERLOADED', `${count} subscriptions are open, which is all that may. Try again in a moment.`, {
      limit: 'LIVE_SUBSCRIPTIONS',
      allowed: ofAll,
      retryAfterSeconds: 10,
    });
  }
}
