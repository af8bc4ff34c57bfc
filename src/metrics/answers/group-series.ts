import type { TimeInterval } from '../../graphql/generated/inputs.ts';
import { MetricsSheet } from '../metrics-sheet.ts';
import type { GroupPage, MetricsGroup } from './break-down.ts';
import { callsOfGroup } from './counted-calls.ts';
import { cutIntoBuckets, type MetricsBucket, timeSlots } from './time-series.ts';

type PageSeries = { sheet: MetricsSheet; buckets: ReturnType<typeof cutIntoBuckets> };

/** The series of the groups of a page, by interval: one sheet holds those of all groups. */
const seriesOfPages = new WeakMap<GroupPage, Map<TimeInterval, PageSeries>>();

/** The figures of one group in every bucket of the range. */
export function groupSeries(group: MetricsGroup, interval: TimeInterval): MetricsBucket[] {
  const { slot } = group.metrics;
  const { sheet, buckets } = seriesOfPage(group.page, interval);
  const seriesOf = () => callsOfGroup(group);
  return buckets.map((bucket, i) => ({ ...bucket, metrics: { sheet, slot: slot * buckets.length + i }, seriesOf }));
}

function seriesOfPage(page: GroupPage, interval: TimeInterval): PageSeries {
  const { question, groups } = page;
  const known = seriesOfPages.get(page) ?? new Map<TimeInterval, PageSeries>();
  seriesOfPages.set(page, known);
  let series = known.get(interval);
  if (!series) {
    const buckets = cutIntoBuckets(question, interval);
    const shown = groups.count - 1;
    question.budget.check(`timeSeries(interval: ${interval}) of ${shown} groups`, shown * buckets.length);
    // Calls of no group of the page are left out: nothing is asked of them.
    const { otherKeys: _others, ...shownGroups } = groups;
    const slots = { ...shownGroups, otherSlot: -1, count: shown };
    series = { sheet: new MetricsSheet(question, { groups: slots, time: timeSlots(buckets) }), buckets };
    known.set(interval, series);
  }
  return series;
}
