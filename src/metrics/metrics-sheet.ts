import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { calls } from '../calls/call.table.ts';
import { callSql } from '../calls/list/call-predicate.ts';
import { type SlotPlan, scanCalls } from '../columnar/index.ts';
import { allOf } from '../query/condition.ts';
import type { Predicate } from '../query/predicate.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import type { Instant } from '../time/instant.ts';
import type { TimeRange } from '../time/range.ts';
import type { Measure, RatioColumns } from './catalogue.ts';
import type { Scannable, SourceChooser } from './choose-source.ts';
import { aggregateSql, type MetricColumn } from './metric-column.ts';
import type { MetricsBudget } from './metrics-budget.ts';
import { slotPlanOf } from './slot-plan-of.ts';
import { type Slots, slotsSql } from './slots.ts';

/** A question about calls, as far as its figures depend on it. */
export type SheetQuestion = {
  db: ViewerDatabase;
  now: Instant;
  range: TimeRange;
  timeZone: string;
  weekStartsOn: number;
  /** The accounts that it can be about. */
  accountIds: readonly number[];
  filter: Predicate;
  /** Filter and range. */
  predicate: Predicate;
  liveAgeLimitHours: number;
  budget: MetricsBudget;
  sources: SourceChooser;
  /** Everything that tells this question from others, as it was asked. */
  identity: readonly unknown[];
};

// PostgreSQL takes 1664 columns of a statement.
const maxColumns = 1000;

/**
 * A table of figures: a row for each bucket or group, a column for each metric somebody asks for. Columns that are asked
 * for at the same moment are computed for all rows together: from packed calls those that these can tell, the others by one
 * statement (by several, where they are very many).
 */
export class MetricsSheet {
  readonly question: SheetQuestion;
  readonly slots: Slots;
  readonly #columns: DataLoader<MetricColumn | typeof nothingMore, ColumnValues, string>;
  readonly #known: Map<string, ColumnValues>;
  #firstSlot: number | undefined;
  #filling: Promise<unknown> | null = null;

  readonly #onCompute: (columns: readonly MetricColumn[]) => void;

  /** `known`: columns that have been computed already. `onCompute` is told of those that were not. */
  constructor(
    question: SheetQuestion,
    slots: Slots,
    known: ReadonlyMap<string, ColumnValues> = new Map(),
    onCompute: (columns: readonly MetricColumn[]) => void = () => {},
  ) {
    this.question = question;
    this.slots = slots;
    this.#onCompute = onCompute;
    this.#known = new Map(known);
    this.#columns = new DataLoader((columns) => this.#compute(columns), {
      cacheKeyFn: ({ name }) => name,
      maxBatchSize: maxColumns + 1,
    });
  }

  /** The value of a column in a row: at once where the column has been computed. */
  read<Value>(column: MetricColumn<Value>, slot: number): MaybePromise<Value> {
    const known = this.#known.get(column.name);
    if (known) return known(slot) as Value;
    return this.#columns.load(column as MetricColumn).then((read) => read(slot) as Value);
  }

  /**
   * A row of several, when it is time to read it: the first at once, the others when what is asked of the first has been
   * computed. Reading a value then costs no promise each, which for many rows cost more than computing them.
   */
  row(slot: number): MaybePromise<MetricsSlice> {
    const slice = { sheet: this, slot };
    if (this.#firstSlot === undefined) {
      this.#firstSlot = slot;
      // Computed together with all that is asked for at this moment; what fails there fails where it is read.
      this.#filling = this.#columns
        .load(nothingMore)
        .catch(() => {})
        .then(() => {
          this.#filling = null;
        });
    }
    return this.#filling && slot !== this.#firstSlot ? this.#filling.then(() => slice) : slice;
  }

  async #compute(asked: readonly (MetricColumn | typeof nothingMore)[]): Promise<(ColumnValues | Error)[]> {
    const columns = asked.filter((column): column is MetricColumn => column !== nothingMore);
    if (columns.length > 0) this.#onCompute(columns);
    const parts = columns.length > 0 ? await computeColumns(this.question, this.slots, columns) : [];
    const failed = new Map<string, Error>();
    for (const { columns, values } of parts) {
      for (const [i, { name }] of columns.entries()) {
        if (values instanceof Error) failed.set(name, values);
        else this.#known.set(name, values[i] as ColumnValues);
      }
    }
    return asked.map(({ name }) => this.#known.get(name) ?? failed.get(name) ?? (() => null));
  }
}

/** The value of a column in each row. */
export type ColumnValues = (slot: number) => unknown;
const nothingMore = { name: '' } as const;

/** At once, or later. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Some columns, and the values of each, or why there are none. */
type Part = { columns: readonly MetricColumn[]; values: ColumnValues[] | Error };

/** Each column from the source that can tell it, all of one snapshot; what one source fails at leaves the other's alone. */
async function computeColumns(
  question: SheetQuestion,
  slots: Slots,
  columns: readonly MetricColumn[],
): Promise<Part[]> {
  question.budget.spend();
  const plan = slotPlanOf(slots, question.range);
  const { told, packed } = await question.sources.openFor(question, plan, columns);
  const others = columns.filter((column) => !told.includes(column));
  return Promise.all([
    partOf(told, async () => (packed ? scanColumns(packed, plan, told) : [])),
    partOf(others, async () => (others.length > 0 ? queryColumns(question, slots, others) : [])),
  ]);
}

async function partOf(columns: readonly MetricColumn[], compute: () => Promise<ColumnValues[]>): Promise<Part> {
  try {
    return { columns, values: await compute() };
  } catch (error) {
    return { columns, values: error instanceof Error ? error : new Error(String(error)) };
  }
}

async function scanColumns(
  { chunks, selection }: Scannable,
  plan: SlotPlan,
  columns: readonly MetricColumn[],
): Promise<ColumnValues[]> {
  const aggregates = columns.map(({ aggregate }) => aggregate);
  const values = await scanCalls(chunks, selection, plan, aggregates);
  return columns.map((column, i) => (slot) => column.read(values[i]?.(slot)));
}

async function queryColumns(
  { db, predicate }: SheetQuestion,
  slots: Slots,
  columns: readonly MetricColumn[],
): Promise<ColumnValues[]> {
  const { slot, join } = slotsSql(slots);
  const selected = columns.map((column, i) => sql`${aggregateSql(column.aggregate)} as ${sql.raw(`c${i}`)}`);
  const { rows } = await db.read(calls.accountId, opensTo.figures, (on, own) =>
    on.execute<Record<string, unknown>>(
      sql`select ${slot} as slot, ${sql.join(selected, sql`, `)} from ${calls} ${join} where ${allOf([own, callSql(predicate)])} group by 1`,
    ),
  );
  const bySlot = new Map(rows.map((row) => [Number(row.slot), row]));
  return columns.map((column, i) => (slot) => {
    const row = bySlot.get(slot);
    return row ? column.read(row[`c${i}`]) : column.empty;
  });
}

/** One row of a sheet: what CallMetrics is answered from. */
export type MetricsSlice = { sheet: MetricsSheet; slot: number };
export type StatisticsSlice = MetricsSlice & { measure: Measure };
export type RatioSlice = Record<keyof RatioColumns, () => MaybePromise<number>>;
