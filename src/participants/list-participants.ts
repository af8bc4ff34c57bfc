import type { AnyColumn } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { EntityOrder, EntityOrderField } from '../graphql/generated/resolvers.ts';
import type { Database } from '../postgres/client.ts';
import { allOf, type Condition } from '../query/condition.ts';
import { type NodeType, rowIdOf } from '../query/global-id.ts';
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
import { refuseNull } from '../query/read-value.ts';

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

/** A kind of participant: its table and the fields of its filter beyond those that all have. */
export type ParticipantKind = {
  type: NodeType;
  table: ParticipantTable;
  texts?: Record<string, AnyColumn>;
  number?: AnyColumn;
};

export type ParticipantListInput = PageArguments & {
  filter?: Operators | null | undefined;
  orderBy?: EntityOrder | null | undefined;
  /** Where numbers in the filter are read that have no country code. */
  region: string;
};

const advice = 'Look them up by id or number, or ask without a filter, by NAME or LAST_CALL_AT.';

/** A page of participants of one kind, by name unless ordered otherwise. */
export function listParticipants<Row extends ParticipantRow>(
  db: Database,
  kind: ParticipantKind,
  { filter, orderBy, region, ...page }: ParticipantListInput,
): Page<Row> {
  const { field, direction } = orderBy ?? { field: 'NAME', direction: 'ASC' };
  const { of: keyOf, ...sortKey } = sortKeys(kind.table)[field];
  const { table } = kind;
  return new Page<Row>(
    {
      db,
      table,
      condition: participantCondition(kind, filter, region),
      sort: { ...sortKey, nullable: true, id: table.id, direction },
      positionOf: (row) => ({ key: keyOf(row), id: row.id }),
      // The table decides the shape of its rows; Row is that shape.
      select: ({ condition, order, limit }) =>
        db.select().from(table).where(condition).orderBy(order).limit(limit) as unknown as PromiseLike<Row[]>,
      nullsApart: true,
      advice: filter || field === 'FIRST_CALL_AT' ? advice : undefined,
      identity: [kind.type, field, direction, filter ?? null],
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

function participantCondition(
  { type, table, texts = {}, number }: ParticipantKind,
  filter: Operators | null | undefined,
  region: string,
): Condition {
  const fields: Record<string, FieldFilter> = {
    id: idFilter(table.id, (text) => rowIdOf(type, text)),
    accountId: idFilter(table.accountId, (text) => rowIdOf('Account', text)),
    name: nameFilter(table.name),
    firstCallAt: dateTimeFilter(table.firstCallAt),
    lastCallAt: dateTimeFilter(table.lastCallAt),
  };
  for (const [name, column] of Object.entries(texts)) fields[name] = nameFilter(column);
  if (number) fields.number = phoneNumberFilter(number, region);
  return allOf(
    Object.entries(filter ?? {}).map(([name, value]) => {
      refuseNull(value, ['filter', name], 'a value');
      return (fields[name] as FieldFilter)(value as Operators, ['filter', name]);
    }),
  );
}
