import DataLoader from 'dataloader';
import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import type { Database } from '../db/client.ts';
import type { Condition } from '../filter/condition.ts';
import type { Measure, MetricColumn, RatioColumns } from './metric-columns.ts';

/** Which calls a sheet is about, and how they fall into its rows. */
export type SheetSource = {
  condition: Condition;
  /** Of a sheet with several rows: the number of the row that a call belongs to, from 0. */
  slot?: SQL;
  /** What `slot` needs beside calls. */
  join?: SQL;
};

// PostgreSQL takes 1664 columns of a statement.
const maxColumns = 1000;

/**
 * A table of figures: a row for each bucket or group, a column for each metric somebody asks for. Columns that are asked
 * for at the same moment are computed for all rows by one statement (by several, where they are very many).
 */
export class MetricsSheet {
  readonly #columns: DataLoader<MetricColumn, Map<number, unknown>, string>;

  constructor(db: Database, source: SheetSource) {
    this.#columns = new DataLoader((columns) => computeColumns(db, source, columns), {
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
  db: Database,
  { condition, slot = sql`0`, join = sql`` }: SheetSource,
  columns: readonly MetricColumn[],
): Promise<Map<number, unknown>[]> {
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
