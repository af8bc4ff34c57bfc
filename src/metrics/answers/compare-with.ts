import { type Comparison, compareRange } from '../../time/compare.ts';
import { type MetricsQuestion, questionOver } from '../metrics-question.ts';

/** The same question over the range to compare with. */
export function compareWith(question: MetricsQuestion, to: Comparison): MetricsQuestion {
  const { range, timeZone: zone, weekStartsOn, identity } = question;
  return questionOver(compareRange(range, to, { zone, weekStartsOn }), { ...question, identity: [...identity, to] });
}
