import { AppError } from '../errors.ts';
import { Buckets } from './buckets.ts';

/** What a question was charged; to be settled once it is known what it cost. */
export type Charge = { settle: (actual: number) => void };

/** What is left of a budget just now, and in how many seconds it is whole again. */
export type BudgetLeft = { left: number; fullInSeconds: number };

/**
 * What may be asked in a minute, by key or address. A question takes what it could cost before anything is done for it, and gives
 * back what it did not cost.
 */
export class Budgets {
  readonly #buckets: Buckets;

  constructor(now: () => number = () => performance.now()) {
    this.#buckets = new Buckets(now);
  }

  /** RATE_LIMITED where too little is left just now, TOO_EXPENSIVE where it would never be enough. */
  charge(chargedTo: string, perMinute: number, cost: number): Charge {
    if (cost > perMinute) throw neverEnough(cost, perMinute);
    const wait = this.#buckets.take(chargedTo, perMinute, cost);
    if (wait) throw usedUp({ cost, perMinute, ...wait, ...this.leftOf(chargedTo, perMinute) });
    return { settle: (actual) => this.#buckets.settle(chargedTo, perMinute, cost - actual) };
  }

  /** Takes so much, and not more than a minute's budget; in how many seconds there will be as much, 0: it was taken. */
  take(chargedTo: string, perMinute: number, cost: number): number {
    return this.#buckets.take(chargedTo, perMinute, Math.min(cost, perMinute))?.waitSeconds ?? 0;
  }

  leftOf(chargedTo: string, perMinute: number): BudgetLeft {
    return this.#buckets.leftOf(chargedTo, perMinute);
  }
}

function neverEnough(cost: number, perMinute: number): AppError {
  return new AppError(
    'TOO_EXPENSIVE',
    `This operation could cost ${cost}. Allowed: at most ${perMinute}, which is the budget of a minute. Ask in several operations.`,
    { limit: 'BUDGET_PER_MINUTE', asked: cost, allowed: perMinute },
  );
}

type UsedUp = { cost: number; perMinute: number; left: number; waitSeconds: number };

function usedUp({ cost, perMinute, left, waitSeconds }: UsedUp): AppError {
  return new AppError(
    'RATE_LIMITED',
    `This operation could cost ${cost}, and of the budget of ${perMinute} a minute ${left} is left. Try again in ${waitSeconds} s, or ask for less.`,
    { asked: cost, left, allowed: perMinute, retryAfterSeconds: waitSeconds },
  );
}
