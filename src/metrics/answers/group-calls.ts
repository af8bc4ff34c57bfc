import { type CallListInput, type CallPage, listCalls } from '../../calls/list/list-calls.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { catalogue } from '../catalogue.ts';
import type { MetricsGroup } from './break-down.ts';

/** The calls behind a group: as many as its callCount says, however many those are. */
export function groupCalls(
  lists: ViewerDatabase,
  { page: { question, by, groups }, keys, metrics: { sheet, slot } }: MetricsGroup,
  args: Omit<CallListInput, 'region' | 'within' | 'filter'>,
  region: string,
): CallPage {
  const own = by.map((name) => keys[name] ?? null);
  const theirs = groups.by.map(({ source: of }, i): Predicate => {
    const key = own[i] ?? null;
    return key === null ? { of, isMissing: true } : { of, in: [key] };
  });
  return listCalls(lists, {
    ...args,
    region,
    within: {
      predicate: allOf(question.predicate, ...theirs),
      identity: ['group', by, own, ...question.identity],
      count: async () => sheet.read(catalogue.callCount.of({}), slot),
    },
  });
}
