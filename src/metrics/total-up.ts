import type { MetricsQuestion } from './metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from './metrics-sheet.ts';

/** The figures over all calls of a question. */
export function totalUp({ db, condition }: MetricsQuestion): MetricsSlice {
  return { sheet: new MetricsSheet(db, { condition }), slot: 0 };
}
