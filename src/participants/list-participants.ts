import { maskText, maskTextSql } from '../access/masking/mask-text.ts';
import { hidden, type Mask } from '../access/masking/row-mask.ts';
import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { EntityOrder, EntityOrderField } from '../graphql/generated/inputs.ts';
import type { Sort } from '../query/keyset.ts';
import type { Operators } from '../query/operators.ts';
import { Page } from '../query/page.ts';
import type { PageArguments } from '../query/page-arguments.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { participantMask, participantText } from './mask-participant.ts';
import { listed, type ParticipantTable, participantCondition } from './participant-filter.ts';
import type {
  Agent,
  CallGroup,
  Campaign,
  Customer,
  ParticipantRows,
  ParticipantType,
  VirtualNumber,
} from './participants.table.ts';

type ParticipantRow = {
  id: number;
  nameKey: string | null;
  firstCallAt: string | null;
  lastCallAt: string | null;
};

export type AgentPage = Page<Agent>;
export type CampaignPage = Page<Campaign>;
export type CallGroupPage = Page<CallGroup>;
export type VirtualNumberPage = Page<VirtualNumber>;
export type CustomerPage = Page<Customer>;

export type ParticipantListInput = PageArguments & {
  filter?: Operators | null | undefined;
  orderBy?: EntityOrder | null | undefined;
  /** Where numbers in the filter are read that have no country code. */
  region: string;
};

const advice = 'Look them up by id or number, or ask without a filter, by NAME or LAST_CALL_AT.';

/** A page of participants of one kind, by name unless ordered otherwise. */
export function listParticipants<Type extends ParticipantType>(
  db: ViewerDatabase,
  type: Type,
  { filter, orderBy, region, ...page }: ParticipantListInput,
): Page<ParticipantRows[Type]> {
  requireOpened(db.viewer, opensTo.participants);
  const { field, direction } = orderBy ?? { field: 'NAME', direction: 'ASC' };
  const { table } = listed[type];
  const { of: keyOf, ...sortKey } = sortKeys(table, participantText(db.viewer, type, 'nameKey'))[field];
  const maskRow = participantMask(db.viewer, type);
  return new Page<ParticipantRows[Type]>(
    {
      db,
      table,
      account: table.accountId,
      opensTo: opensTo.participants,
      condition: participantCondition(type, filter, { region, ids: db.seals.ids, viewer: db.viewer }),
      sort: { ...sortKey, id: table.id, direction },
      positionOf: (row) => ({ key: keyOf(row), id: row.id }),
      select: async (on, { condition, order, limit }) => {
        const read = on.select().from(table).where(condition).orderBy(order).limit(limit);
        // The table decides the shape of its rows.
        const rows = (await read) as unknown as ParticipantRows[Type][];
        return maskRow ? rows.map((row) => maskRow(row)) : rows;
      },
      nullsApart: sortKey.nullable,
      advice: filter || field === 'FIRST_CALL_AT' ? advice : undefined,
      identity: [type, field, direction, filter ?? null],
    },
    page,
  );
}

type SortKey = Pick<Sort, 'key' | 'type' | 'nullable'> & { of: (row: ParticipantRow) => string | number | null };

/** What lists are ordered by. `mask`: how names are shown. */
function sortKeys(table: ParticipantTable, mask: Mask): Record<EntityOrderField, SortKey> {
  return {
    NAME: nameOrder(table, mask),
    LAST_CALL_AT: { key: table.lastCallAt, type: 'timestamptz', nullable: true, of: (row) => row.lastCallAt },
    FIRST_CALL_AT: { key: table.firstCallAt, type: 'timestamptz', nullable: true, of: (row) => row.firstCallAt },
  };
}

/** By the names that are shown; where none are, by id. */
function nameOrder({ id, nameKey }: ParticipantTable, mask: Mask): SortKey {
  if (mask === hidden) return { key: id, type: 'bigint', nullable: false, of: (row) => row.id };
  const key = mask === maskText ? maskTextSql(nameKey) : nameKey;
  return { key, type: 'text', nullable: true, of: (row) => row.nameKey };
}
