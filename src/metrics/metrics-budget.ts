import { AppError } from '../errors.ts';

/** How many tables of figures one operation may have computed: each may read all calls of its range. */
const maxTables = 100;

/** What one operation may ask for in figures. */
export class MetricsBudget {
  /** How many rows (buckets times groups) a table of figures may have. */
  readonly maxCells: number;
  #tables = 0;

  constructor(maxCells: number) {
    this.maxCells = maxCells;
  }

  /** Takes account of one more table of figures; TOO_EXPENSIVE above the limit. */
  spend(): void {
    this.#tables += 1;
    if (this.#tables <= maxTables) return;
    throw new AppError(
      'TOO_EXPENSIVE',
      `This operation asks for more than ${maxTables} tables of figures (totals, series, breakdowns, heat maps). Ask in several operations.`,
      { estimate: this.#tables, allowed: maxTables },
    );
  }

  /** TOO_EXPENSIVE where `what` has more cells than a table may have. */
  check(what: string, cells: number, advice: string): void {
    if (cells <= this.maxCells) return;
    throw new AppError(
      'TOO_EXPENSIVE',
      `${what} has about ${cells} sets of figures. Allowed: at most ${this.maxCells}. ${advice}`,
      { estimate: cells, allowed: this.maxCells },
    );
  }
}
