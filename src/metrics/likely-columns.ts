import type { MetricColumn } from './metric-column.ts';

// More are not asked of groups; where they are, arguments change from question to question.
const maxColumns = 64;

/** The columns that are most likely asked of a field's groups: those it is asked for, and those that it was before. */
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

/** Those of a field of a document, which is the same one as long as its operation is asked again; `asked` tells the first. */
export function likelyColumnsOf(field: object | undefined, asked: () => readonly MetricColumn[]): LikelyColumns {
  const before = field && likely.get(field);
  if (before) return before;
  const made = new LikelyColumns();
  made.note(asked());
  if (field) likely.set(field, made);
  return made;
}
