import { opensTo } from '../../access/opens-to.ts';
import { requireOpened } from '../../access/require-scope.ts';
import type { CallFilter, CallOrder, CallOrderField } from '../../graphql/generated/inputs.ts';
import type { ParticipantColumn } from '../../participants/participant-kinds.ts';
import type { Sort } from '../../query/keyset.ts';
import { Page } from '../../query/page.ts';
import type { PageArguments } from '../../query/page-arguments.ts';
import { allOf, type CallOperand, everything, type Predicate } from '../../query/predicate.ts';
import { visibleTo } from '../../query/predicate-sql.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { calls } from '../call.table.ts';
import type { ListRange } from './asked-range.ts';
import type { CallRow } from './call-columns.ts';
import { callPredicate } from './call-filter.ts';
import { callSql } from './call-predicate.ts';
import { callReading } from './call-reading.ts';
import type { ListFinder } from './list-finder.ts';
import { callMask, columnsToMask } from './mask-call.ts';
import type { RequestedOfCalls } from './read-call-rows.ts';

export type CallPage = Page<CallRow>;

type SortColumn = 'startedAt' | 'updatedAt' | 'durationSeconds' | 'talkSeconds' | 'waitSeconds';
type SortKey = Pick<Sort, 'nullable' | 'type'> & { column: SortColumn };

const sortKeys: Record<CallOrderField, SortKey> = {
  STARTED_AT: { column: 'startedAt', nullable: false, type: 'timestamptz' },
  UPDATED_AT: { column: 'updatedAt', nullable: false, type: 'timestamptz' },
  DURATION_SECONDS: { column: 'durationSeconds', nullable: true, type: 'integer' },
  TALK_SECONDS: { column: 'talkSeconds', nullable: true, type: 'integer' },
  WAIT_SECONDS: { column: 'waitSeconds', nullable: true, type: 'integer' },
};

/** Calls that nobody has finished yet, in the words and the order of the index that holds them. */
export const isLive: Predicate = { of: 'status', in: ['RINGING', 'IN_PROGRESS'] };

export type CallListInput = PageArguments & {
  filter?: CallFilter | null | undefined;
  orderBy?: CallOrder | null | undefined;
  /** Where numbers in the filter are read that have no country code. */
  region: string;
  /** Narrows the list beyond the filter. */
  within?: 'LIVE' | { participant: ParticipantColumn; id: number } | CallSet;
  /** Narrows the list to a range of time. */
  over?: ListRange | null;
  /** Finds calls that no index leads to. Default: calls themselves are always asked. */
  finder?: ListFinder | null | undefined;
  /** What its calls are wanted for. Default: all their columns. */
  asked?: RequestedOfCalls | undefined;
};

/** Calls that something else than the filter tells apart: which, named how, and how many they are. */
export type CallSet = { predicate: Predicate; identity: readonly unknown[]; count: () => Promise<number> };

function narrowedTo(within: CallListInput['within']): Predicate {
  if (within === undefined) return everything;
  if (within === 'LIVE') return isLive;
  return 'predicate' in within ? within.predicate : { of: within.participant, in: [within.id] };
}

const advice =
  'Narrow it by a range of startedAt, or by one agent, campaign, call group, virtual number or customer; or order it by STARTED_AT.';

/** A page of the calls that a filter matches, the latest start first unless ordered otherwise. FORBIDDEN without the scope calls. */
export function listCalls(
  db: ViewerDatabase,
  { filter, orderBy, region, within, over, asked, finder, ...page }: CallListInput,
): CallPage {
  requireOpened(db.viewer, opensTo.calls);
  const { field, direction } = orderBy ?? { field: 'STARTED_AT', direction: 'DESC' };
  const { column, ...sortKey } = sortKeys[field];
  // Where a call stands in the list is told by these.
  const columns = asked && columnsToMask(db.viewer, ['id', column, ...asked.columns]);
  const withPlace = asked && columns && { ...asked, columns };
  const maskCall = callMask(db.viewer);
  const set = typeof within === 'object' && 'count' in within ? within : undefined;
  const filtered = callPredicate(filter, { region, ids: db.seals.ids, viewer: db.viewer });
  const predicate = allOf(narrowedTo(within), over?.predicate ?? everything, filtered);
  const reading = callReading({
    predicate: allOf<CallOperand>(visibleTo(db.viewer), predicate),
    isLive: within === 'LIVE',
    column,
    direction,
    finder,
    asked: withPlace,
  });
  return new Page<CallRow>(
    {
      db,
      table: calls,
      account: calls.accountId,
      opensTo: opensTo.calls,
      condition: callSql(predicate),
      sort: { ...sortKey, key: calls[column], id: calls.id, direction },
      positionOf: (call) => ({ key: call[column], id: call.id }),
      select: maskCall ? async (on, cut) => (await reading.readPage(on, cut)).map(maskCall) : reading.readPage,
      countUpTo: reading.countUpTo,
      advice: reading.isLed ? undefined : advice,
      identity: [
        'calls',
        set?.identity ?? within ?? null,
        field,
        direction,
        filter ?? null,
        ...(over ? [over.identity] : []),
      ],
      ...(set && { count: set.count }),
    },
    page,
  );
}
