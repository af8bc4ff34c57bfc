import type { MetricsQuestion } from '../metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from '../metrics-sheet.ts';
import { questionClock } from '../question-clock.ts';

export type HeatMapCell = { dayOfWeek: number; hourOfDay: number; metrics: MetricsSlice };

const hoursOfWeek = 7 * 24;

/** The figures of each hour of the local week, Monday first: always 168 cells. */
export function heatMap(question: MetricsQuestion): HeatMapCell[] {
  const clock = questionClock('HOUR_OF_WEEK', question);
  const sheet = new MetricsSheet(question, { time: { clock, count: hoursOfWeek } });
  return Array.from({ length: hoursOfWeek }, (_, slot) => ({
    dayOfWeek: Math.floor(slot / 24) + 1,
    hourOfDay: slot % 24,
    metrics: { sheet, slot },
  }));
}
