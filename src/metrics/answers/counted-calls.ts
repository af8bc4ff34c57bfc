import { startedWithin } from '../../calls/list/asked-range.ts';
import { type CallListInput, type CallPage, listCalls } from '../../calls/list/list-calls.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import type { Bucket } from '../../time/buckets.ts';
import { catalogue } from '../catalogue.ts';
import type { MetricsQuestion } from '../metrics-question.ts';
import type { MetricsSlice } from '../metrics-sheet.ts';
import type { MetricsGroup } from './break-down.ts';

/** Calls of which there are figures: which, and what tells them from others in a cursor. */
export type CountedCalls = { predicate: Predicate; identity: readonly unknown[] };

/** Where and how a page of them is asked for. */
export type CountedPage = Pick<
  CallListInput,
  'region' | 'finder' | 'asked' | 'orderBy' | 'first' | 'after' | 'last' | 'before'
>;

/** The calls behind a report: those of filter and range. */
export const callsOfQuestion = ({ predicate, identity }: MetricsQuestion): CountedCalls => ({ predicate, identity });

/** The calls behind a group. */
export function callsOfGroup({
  page: { question, by, groups },
  keys,
}: Pick<MetricsGroup, 'page' | 'keys'>): CountedCalls {
  const own = by.map((name) => keys[name] ?? null);
  const theirs = groups.by.map(({ source: of }, i): Predicate => {
    const key = own[i] ?? null;
    return key === null ? { of, isMissing: true } : { of, in: [key] };
  });
  return { predicate: allOf(question.predicate, ...theirs), identity: ['group', by, own, ...question.identity] };
}

/** The calls behind a bucket: of those that its series is of, the ones that started in it. */
export function callsOfBucket({
  start,
  end,
  seriesOf,
}: Pick<Bucket, 'start' | 'end'> & { seriesOf: () => CountedCalls }): CountedCalls {
  const { predicate, identity } = seriesOf();
  const within = startedWithin({ from: start, to: end });
  return { predicate: allOf(within, predicate), identity: ['bucket', start, end, ...identity] };
}

/** A page of the calls behind figures: as many as callCount says there, however many those are. FORBIDDEN without the scope calls. */
export function listCounted(
  lists: ViewerDatabase,
  { predicate, identity }: CountedCalls,
  { sheet, slot }: MetricsSlice,
  page: CountedPage,
): CallPage {
  const count = async () => sheet.read(catalogue.callCount.of({}), slot);
  return listCalls(lists, { ...page, within: { predicate, identity, count } });
}
