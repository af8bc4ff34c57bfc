import type { Budgets, Charge } from '../../access/budgets.ts';
import { type Receipt, receiptOf } from '../../access/log/receipt.ts';
import { type Cost, codeOf } from './fill-receipt.ts';

/** What one question is charged, and how that is told. */
export class Bill {
  readonly receipt: Receipt = receiptOf(null);
  /** What all questions of its asker may cost a minute. */
  readonly limit: number;
  readonly #budgets: Budgets;
  readonly #chargedTo: string;
  #charge: Charge | undefined;

  constructor(budgets: Budgets, chargedTo: string, limit: number) {
    this.#budgets = budgets;
    this.#chargedTo = chargedTo;
    this.limit = limit;
  }

  /** Takes what the question could cost; RATE_LIMITED or TOO_EXPENSIVE where it may not. */
  charge(): void {
    this.#charge = this.#budgets.charge(this.#chargedTo, this.limit, this.receipt.requestedCost ?? 1);
  }

  /** Gives back what it did not cost. */
  settle(): void {
    this.#charge?.settle(this.receipt.actualCost ?? 1);
  }

  /** What is left of the budget, as drafts of the IETF have it told (draft-ietf-httpapi-ratelimit-headers). */
  headers(): Record<string, string> {
    const { left, fullInSeconds } = this.#budgets.leftOf(this.#chargedTo, this.limit);
    return {
      'ratelimit-policy': `"cost";q=${this.limit};qu="cost";w=60`,
      ratelimit: `"cost";r=${left};t=${fullInSeconds}`,
    };
  }

  /** An answer that no plugin was told of, as it is for what is refused before it is an operation: with its cost where that is known. */
  refusal(text: string): string {
    const { receipt, limit } = this;
    const answer = JSON.parse(text);
    receipt.code ??= codeOf(answer.errors);
    if (this.#charge || receipt.requestedCost === null) return text;
    const cost: Cost = { requested: receipt.requestedCost, actual: 0, limit };
    receipt.actualCost = 0;
    return `${JSON.stringify({ ...answer, extensions: { cost } })}\n`;
  }
}
