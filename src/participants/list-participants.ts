import type { AnyColumn, SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { EntityOrder, EntityOrderField } from '../graphql/generated/inputs.ts';
import type { IdCodec } from '../query/global-id.ts';
import type { Sort } from '../query/keyset.ts';
import {
  dateTimeFilter,
  type FieldFilter,
  idFilter,
  nameFilter,
  type Operators,
  phoneNumberFilter,
} from '../query/operators.ts';
import { Page } from '../query/page.ts';
import type { PageArguments } from '../query/page-arguments.ts';
import { allOf, type Predicate } from '../query/predicate.ts';
import { predicateSql, type SqlOperand } from '../query/predicate-sql.ts';
import { refuseNull } from '../query/read-value.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import {
  type Agent,
  agents,
  type CallGroup,
  type Campaign,
  type Customer,
  callGroups,
  campaigns,
  customers,
  type VirtualNumber,
  virtualNumbers,
} from './participants.table.ts';

/** What agents, campaigns, call groups, virtual numbers and customers have in common. */
export type ParticipantTable = PgTable & {
  id: PgColumn;
  accountId: PgColumn;
  name: PgColumn;
  nameKey: PgColumn;
  firstCallAt: PgColumn;
  lastCallAt: PgColumn;
};
export type ParticipantRow = {
  id: number;
  nameKey: string | null;
  firstCallAt: string | null;
  lastCallAt: string | null;
};

type Rows = {
  Agent: Agent;
  Campaign: Campaign;
  CallGroup: CallGroup;
  VirtualNumber: VirtualNumber;
  Customer: Customer;
};
export type ParticipantType = keyof Rows;

/** What is listed of each: its table and the fields of its filter beyond those that all have. */
const listed: Record<ParticipantType, ListedKind> = {
  Agent: { table: agents, texts: { email: agents.email }, number: agents.number },
  Campaign: { table: campaigns, texts: { campaignCode: campaigns.campaignCode } },
  CallGroup: { table: callGroups },
  VirtualNumber: { table: virtualNumbers, number: virtualNumbers.number },
  Customer: { table: customers, number: customers.number },
};
type ListedKind = { table: ParticipantTable; texts?: Record<string, AnyColumn>; number?: AnyColumn };

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
): Page<Rows[Type]> {
  requireOpened(db.viewer, opensTo.participants);
  const { field, direction } = orderBy ?? { field: 'NAME', direction: 'ASC' };
  const { of: keyOf, ...sortKey } = sortKeys(listed[type].table)[field];
  const { table } = listed[type];
  return new Page<Rows[Type]>(
    {
      db,
      table,
      account: table.accountId,
      opensTo: opensTo.participants,
      condition: participantCondition(type, filter, { region, ids: db.seals.ids }),
      sort: { ...sortKey, nullable: true, id: table.id, direction },
      positionOf: (row) => ({ key: keyOf(row), id: row.id }),
      // The table decides the shape of its rows.
      select: (on, { condition, order, limit }) =>
        on.select().from(table).where(condition).orderBy(order).limit(limit) as unknown as PromiseLike<Rows[Type][]>,
      nullsApart: true,
      advice: filter || field === 'FIRST_CALL_AT' ? advice : undefined,
      identity: [type, field, direction, filter ?? null],
    },
    page,
  );
}

type SortKey = Pick<Sort, 'key' | 'type'> & { of: (row: ParticipantRow) => string | null };

const sortKeys = (table: ParticipantTable): Record<EntityOrderField, SortKey> => ({
  NAME: { key: table.nameKey, type: 'text', of: (row) => row.nameKey },
  LAST_CALL_AT: { key: table.lastCallAt, type: 'timestamptz', of: (row) => row.lastCallAt },
  FIRST_CALL_AT: { key: table.firstCallAt, type: 'timestamptz', of: (row) => row.firstCallAt },
});

/** Whether a filter asks for numbers, which are read in a region. */
export function hasNumbers(type: ParticipantType, filter: Operators | null | undefined): boolean {
  return listed[type].number !== undefined && filter?.number !== undefined;
}

function participantCondition(
  type: ParticipantType,
  filter: Operators | null | undefined,
  { region, ids }: { region: string; ids: IdCodec },
): SQL {
  const { table, texts = {}, number } = listed[type];
  const names: Record<string, AnyColumn> = { name: table.name, ...texts };
  const operands: Record<string, SqlOperand> = {
    id: { kind: 'id', value: table.id },
    accountId: { kind: 'id', value: table.accountId, isInteger: true },
    firstCallAt: { kind: 'instant', value: table.firstCallAt },
    lastCallAt: { kind: 'instant', value: table.lastCallAt },
    ...Object.fromEntries(Object.entries(names).map(([name, value]) => [name, { kind: 'name', value }])),
    ...(number && { number: { kind: 'number', value: number } }),
  };
  const fields: Record<string, FieldFilter<string>> = {
    id: idFilter('id', (text) => ids.rowIdOf(type, text)),
    accountId: idFilter('accountId', (text) => ids.rowIdOf('Account', text)),
    firstCallAt: dateTimeFilter('firstCallAt'),
    lastCallAt: dateTimeFilter('lastCallAt'),
    ...Object.fromEntries(Object.keys(names).map((name) => [name, nameFilter(name)])),
    ...(number && { number: phoneNumberFilter('number', region) }),
  };
  const parts = Object.entries(filter ?? {}).map(([name, value]): Predicate<string> => {
    refuseNull(value, ['filter', name], 'a value');
    return (fields[name] as FieldFilter<string>)(value as Operators, ['filter', name]);
  });
  return predicateSql(allOf(...parts), (field) => operands[field] as SqlOperand);
}
