/** A table of figures that an operation asks for: rows of calls, and the metrics that are its columns. */
export class RequestedSheet {
  readonly #columns = new Set<string>();
  readonly #scans = new Set<string>();
  /** The series of its groups, by interval. */
  readonly #series = new Map<unknown, RequestedSheet>();

  get columns(): number {
    return this.#columns.size;
  }

  /** How many tables it is computed from: its own, and one for each scan that its metrics need. */
  get tables(): number {
    const ofSeries = [...this.#series.values()].reduce((sum, { tables }) => sum + tables, 0);
    return Math.min(1, this.#columns.size) + this.#scans.size + ofSeries;
  }

  addColumn(key: string): void {
    this.#columns.add(key);
  }

  addScan(key: string): void {
    this.#scans.add(key);
  }

  /** Those of all groups of a page are in one. */
  seriesBy(interval: unknown): RequestedSheet {
    const series = this.#series.get(interval) ?? new RequestedSheet();
    this.#series.set(interval, series);
    return series;
  }
}
