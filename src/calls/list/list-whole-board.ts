import { AppError } from '../../errors.ts';
import { maxPageSize } from '../../query/page-arguments.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import type { CallRow } from './call-columns.ts';
import { type CallListInput, listCalls } from './list-calls.ts';

/** All live calls that a filter matches, the latest start first. TOO_EXPENSIVE where they are more than a page. */
export async function listWholeBoard(
  db: ViewerDatabase,
  input: Pick<CallListInput, 'filter' | 'region' | 'finder'>,
): Promise<CallRow[]> {
  const page = listCalls(db, { ...input, within: 'LIVE', first: maxPageSize });
  if (await page.hasNextPage()) {
    throw new AppError(
      'TOO_EXPENSIVE',
      `More than ${maxPageSize} live calls fit the filter. Allowed: at most ${maxPageSize}, for all are told each time. Narrow it by an agent, a call group or an account, or ask liveBoard.`,
      { asked: `more than ${maxPageSize}`, allowed: maxPageSize },
    );
  }
  return page.rows();
}
