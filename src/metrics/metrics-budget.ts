import { holdLimit, type Limits } from '../access/limits.ts';

/** What only the data tell of an operation's figures: how many groups there are, how often they must be read. */
export class MetricsBudget {
  readonly #limits: Limits;
  #tables = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How many rows (buckets times groups) a table of figures may have. */
  get maxRows(): number {
    return this.#limits.LIMIT_TABLE_ROWS;
  }

  /** Takes account of one more table of figures; TOO_EXPENSIVE above the limit. */
  spend(): void {
    this.#tables += 1;
    holdLimit(this.#limits, 'LIMIT_TABLES', this.#tables);
  }

  /** TOO_EXPENSIVE where `what` has more rows than a table may have. */
  check(what: string, rows: number): void {
    holdLimit(this.#limits, 'LIMIT_TABLE_ROWS', rows, what);
  }
}
