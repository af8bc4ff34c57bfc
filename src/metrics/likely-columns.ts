import type { MetricColumn } from './metric-columns.ts';

// More are not asked of groups; where they are, arguments change from question to question.
const maxColumns = 64;

/** The columns that were asked of a field's groups before: most likely they are asked again. */
export class LikelyColumns {
  #columns = new Map<string, MetricColumn>();

  get columns(): MetricColumn[] {
    return [...this.#columns.values()];
  }

  note(columns: readonly MetricColumn[]): void {
    if (this.#columns.size + columns.length > maxColumns) this.#columns = new Map();
    for (const column of columns) this.#columns.set(column.name, column);
  }
}

const likely = new WeakMap<object, LikelyColumns>();

/** Those of a field of a document, which is the same one as long as its operation is asked again. */
export function likelyColumnsOf(field: object | undefined): LikelyColumns {
  const known = (field && likely.get(field)) ?? new LikelyColumns();
  if (field) likely.set(field, known);
  return known;
}
