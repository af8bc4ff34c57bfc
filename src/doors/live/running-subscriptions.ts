import { AppError } from '../../errors.ts';
import type { LiveLimits } from './live-limits.ts';

type Allowed = Pick<LiveLimits, 'ofOne' | 'ofAll'>;

/** Counts the subscriptions that run, by who pays for them. */
export class RunningSubscriptions {
  readonly #limits: Allowed;
  readonly #ofPayer = new Map<string, number>();
  #count = 0;

  constructor(limits: Allowed) {
    this.#limits = limits;
  }

  /** A place for a subscription; what is returned gives it back. RATE_LIMITED or OVERLOADED where there is none. */
  enter(payer: string): () => void {
    const { ofOne, ofAll } = this.#limits;
    const own = this.#ofPayer.get(payer) ?? 0;
    if (own >= ofOne) {
      throw new AppError(
        'RATE_LIMITED',
        `${own} subscriptions of this key or address are open. Allowed: ${ofOne} at once. End one, or use another key.`,
        { limit: 'LIVE_SUBSCRIPTIONS_PER_KEY', asked: own + 1, allowed: ofOne, retryAfterSeconds: 10 },
      );
    }
    if (this.#count >= ofAll) {
      throw new AppError(
        'OVERLOADED',
        `${this.#count} subscriptions are open, which is all that may. Try again in a moment.`,
        { limit: 'LIVE_SUBSCRIPTIONS', allowed: ofAll, retryAfterSeconds: 10 },
      );
    }
    this.#change(payer, 1);
    return () => this.#change(payer, -1);
  }

  #change(payer: string, by: 1 | -1): void {
    this.#count += by;
    const own = (this.#ofPayer.get(payer) ?? 0) + by;
    if (own > 0) this.#ofPayer.set(payer, own);
    else this.#ofPayer.delete(payer);
  }
}
