import type { AccessLogFilter } from '../../graphql/generated/inputs.ts';
import { Page } from '../../query/page.ts';
import type { PageArguments } from '../../query/page-arguments.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { opensTo } from '../opens-to.ts';
import { requireOpened } from '../require-scope.ts';
import { type AccessLogRow, accessLog } from './access-log.table.ts';
import { entryCondition } from './access-log-filter.ts';

export type AccessLogPage = Page<AccessLogRow>;

export type AccessLogInput = PageArguments & { filter?: AccessLogFilter | null | undefined };

const advice = 'Narrow it by a range of at.';

/** A page of the access log, the newest first: of keys all of whose accounts the viewer may see. */
export function listAccessLog(db: ViewerDatabase, { filter, ...page }: AccessLogInput): AccessLogPage {
  requireOpened(db.viewer, opensTo.accessLog);
  return new Page<AccessLogRow>(
    {
      db,
      table: accessLog,
      account: accessLog.accountIds,
      opensTo: opensTo.accessLog,
      condition: entryCondition(filter),
      sort: { key: accessLog.at, nullable: false, type: 'timestamptz', id: accessLog.id, direction: 'DESC' },
      positionOf: ({ at, id }) => ({ key: at, id }),
      select: (on, { condition, order, limit }) =>
        on.select().from(accessLog).where(condition).orderBy(order).limit(limit),
      advice,
      identity: ['accessLog', filter ?? null],
    },
    page,
  );
}
