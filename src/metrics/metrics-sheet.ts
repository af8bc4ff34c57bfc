import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import type { Measure, MetricColumn, RatioColumns } from './metric-columns.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { type Slots, slotsSql } from './slots.ts';

/** What a sheet reads of a question. */
export type SheetQuestion = Omit<MetricsQuestion, 'totals'>;

// PostgreSQL takes 1664 columns of a statement.
const maxColumns = 1000;

/**
 * A table of figures: a row for each bucket or group, a column for each metric somebody asks for. Columns that are asked
 * for at the same moment are computed for all rows by one statement (by several, where they are very many).
 */
export class MetricsSheet {
  readonly question: SheetQuestion;
  readonly slots: Slots;
  readonly #columns: DataLoader<MetricColumn, Map<number, unknown>, string>;

  constructor(question: SheetQuestion, slots: Slots) {
    this.question = question;
    this.slots = slots;
    this.#columns = new DataLoader((columns) => computeColumns(question, slots, columns), {
      cacheKeyFn: (column) => column.name,
      maxBatchSize: maxColumns,
    });
  }

  async read<Value>(column: MetricColumn<Value>, slot: number): Promise<Value> {
    const values = await this.#columns.load(column as MetricColumn);
    return values.has(slot) ? (values.get(slot) as Value) : column.empty;
  }
}

async function computeColumns(
  { db, condition, budget }: SheetQuestion,
  slots: Slots,
  columns: readonly MetricColumn[],
): Promise<Map<number, unknown>[]> {
  budget.spend();
  const { slot, join } = slotsSql(slots);
  const selected = columns.map((column, i) => sql`${column.sql} as ${sql.raw(`c${i}`)}`);
  const { rows } = await db.execute<Record<string, unknown>>(
    sql`select ${slot} as slot, ${sql.join(selected, sql`, `)} from ${calls} ${join} where ${condition} group by 1`,
  );
  return columns.map((column, i) => new Map(rows.map((row) => [Number(row.slot), column.read(row[`c${i}`])])));
}

/** One row of a sheet: what CallMetrics is answered from. */
export type MetricsSlice = { sheet: MetricsSheet; slot: number };
export type StatisticsSlice = MetricsSlice & { measure: Measure };
export type RatioSlice = MetricsSlice & { ratio: RatioColumns };
