import DataLoader from 'dataloader';
import type { Account } from '../../accounts/account.table.ts';
import { nameList } from '../../query/cursor.ts';
import { allOf, type KeyField } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { dimensionOfField } from '../dimensions.ts';
import { askMetrics, type MetricsQuestionInput, type QuestionContext, questionOver } from '../metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from '../metrics-sheet.ts';

/** Rows of one kind that are asked the same question. */
type Asked = DataLoader<number, MetricsSlice>;

/** The figures of agents, campaigns and the like: those that are asked the same are answered by the same statements. */
export class EntityMetrics {
  readonly #db: ViewerDatabase;
  readonly #asked = new Map<string, Asked>();

  constructor(db: ViewerDatabase) {
    this.#db = db;
  }

  /** The figures of the calls of one row of an account. */
  async of(
    field: KeyField,
    id: number,
    input: MetricsQuestionInput,
    around: QuestionContext & { account: Account },
  ): Promise<MetricsSlice> {
    const { range, filter = null, timeZone = null, weekStartsOn } = input;
    const key = nameList(field, around.account.id, range, filter, timeZone, weekStartsOn);
    let asked = this.#asked.get(key);
    if (!asked) {
      asked = new DataLoader((ids) => sliceEntities(this.#db, field, ids, input, around), { cache: false });
      this.#asked.set(key, asked);
    }
    return asked.load(id);
  }
}

async function sliceEntities(
  db: ViewerDatabase,
  field: KeyField,
  ids: readonly number[],
  input: MetricsQuestionInput,
  around: QuestionContext,
): Promise<MetricsSlice[]> {
  const different = [...new Set(ids)];
  const question = askMetrics(db, input, around);
  const filter = allOf(question.filter, { of: field, in: different });
  const narrowed = questionOver(question.range, { ...question, filter });
  const sheet = new MetricsSheet(narrowed, {
    groups: {
      by: [dimensionOfField(field)],
      keys: different.map((id) => [id]),
      slots: different.map((_, slot) => slot),
      otherSlot: -1,
      count: different.length,
    },
  });
  return ids.map((id) => ({ sheet, slot: different.indexOf(id) }));
}
