import type { Given } from './collect-fields.ts';

/** The types whose leaves are figures. */
export const figureTypes: ReadonlySet<string> = new Set([
  'CallMetrics',
  'Ratio',
  'DurationStatistics',
  'HistogramBin',
  'BusyHour',
  'LiveFigures',
]);

/** Metrics that are no column of a sheet but looked for by a scan of their own, those of the same name by one. */
const ownScans: Readonly<Record<string, string>> = {
  peakConcurrentCalls: 'traffic',
  peakConcurrentAt: 'traffic',
  erlangs: 'traffic',
  busyHour: 'traffic',
  repeatCustomerRate: 'repeatCustomerRate',
  missedCustomersReached: 'missedCustomersReached',
};

/** How many bounds a histogram may have. */
export const maxBounds = 100;

/** Tells a metric from others: its name with its arguments. */
export function metricKey(name: string, given: Given, argumentNames: readonly string[]): string {
  return `${name}(${argumentNames.map((argument) => textOf(given(argument))).join()})`;
}

const textOf = (value: unknown) => (Array.isArray(value) ? value.slice(0, 100).join(' ') : String(value).slice(0, 100));

/** The scan of its own that a metric needs; null where it is a column. */
export const scanOf = (name: string): string | null => ownScans[name] ?? null;

/** The column that a part of a metric adds to the metric's own: it can be asked for with other arguments each time. */
export function columnOfPart(metric: string, part: string, key: string): string | null {
  return part === 'percentile' || part === 'histogram' ? `${metric}.${key}` : null;
}

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
