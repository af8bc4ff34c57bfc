import { sql } from 'drizzle-orm';
import { type CallListInput, type CallPage, listCalls } from '../../calls/list/list-calls.ts';
import { allOf } from '../../query/condition.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { counts } from '../metric-columns.ts';
import type { MetricsGroup } from './break-down.ts';

/** The calls behind a group: as many as its callCount says, however many those are. */
export function groupCalls(
  lists: ViewerDatabase,
  { page: { question, by, groups }, keys, metrics: { sheet, slot } }: MetricsGroup,
  args: Omit<CallListInput, 'region' | 'within' | 'filter'>,
  region: string,
): CallPage {
  const own = by.map((name) => keys[name] ?? null);
  const conditions = groups.by.map(({ key, type }, i) =>
    own[i] === null ? sql`${key} is null` : sql`(${key})::${type} = ${own[i]}::${type}`,
  );
  return listCalls(lists, {
    ...args,
    region,
    within: {
      condition: allOf([question.condition, ...conditions]),
      identity: ['group', by, own, ...question.identity],
      count: async () => sheet.read(counts.callCount, slot),
    },
  });
}
