import type { AnyColumn, SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { maskText, maskTextSql } from '../access/masking/mask-text.ts';
import { asItIs } from '../access/masking/row-mask.ts';
import type { Viewer } from '../access/viewer.ts';
import { asShown } from '../query/as-shown.ts';
import type { IdCodec } from '../query/global-id.ts';
import {
  dateTimeFilter,
  type FieldFilter,
  hiddenFilter,
  idFilter,
  nameFilter,
  type Operators,
  phoneNumberFilter,
} from '../query/operators.ts';
import { allOf, mapLeaves, type Predicate } from '../query/predicate.ts';
import { predicateSql, type SqlOperand } from '../query/predicate-sql.ts';
import { refuseNull } from '../query/read-value.ts';
import { participantText } from './mask-participant.ts';
import {
  agents,
  callGroups,
  campaigns,
  customers,
  type ParticipantType,
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

/** What is listed of each: its table, and the texts of its filter beside the name. */
export const listed: Record<ParticipantType, { table: ParticipantTable; texts: Record<string, AnyColumn> }> = {
  Agent: { table: agents, texts: { email: agents.email, number: agents.number } },
  Campaign: { table: campaigns, texts: { campaignCode: campaigns.campaignCode } },
  CallGroup: { table: callGroups, texts: {} },
  VirtualNumber: { table: virtualNumbers, texts: { number: virtualNumbers.number } },
  Customer: { table: customers, texts: { number: customers.number } },
};

/** Whether a filter asks for numbers, which are read in a region. */
export function hasNumbers(type: ParticipantType, filter: Operators | null | undefined): boolean {
  return 'number' in listed[type].texts && filter?.number !== undefined;
}

/** A text of participants, or what is shown of it. */
type Field = string | { readonly shown: string };

/** The condition that a filter of participants stands for: it asks for what its viewer is shown of them. */
export function participantCondition(
  type: ParticipantType,
  filter: Operators | null | undefined,
  { region, ids, viewer }: { region: string; ids: IdCodec; viewer: Viewer },
): SQL {
  const { table, texts } = listed[type];
  const textColumns: Record<string, AnyColumn> = { name: table.name, ...texts };
  const operands: Record<string, SqlOperand> = {
    id: { kind: 'id', value: table.id },
    accountId: { kind: 'id', value: table.accountId, isInteger: true },
    firstCallAt: { kind: 'instant', value: table.firstCallAt },
    lastCallAt: { kind: 'instant', value: table.lastCallAt },
  };
  const fields: Record<string, FieldFilter<Field>> = {
    id: idFilter('id', (text) => ids.rowIdOf(type, text)),
    accountId: idFilter('accountId', (text) => ids.rowIdOf('Account', text)),
    firstCallAt: dateTimeFilter('firstCallAt'),
    lastCallAt: dateTimeFilter('lastCallAt'),
  };
  for (const [name, value] of Object.entries(textColumns)) {
    const kind = name === 'number' ? 'number' : 'name';
    operands[name] = { kind, value };
    const plain: FieldFilter<Field> = kind === 'number' ? phoneNumberFilter(name, region) : nameFilter(name);
    const mask = participantText(viewer, type, name);
    if (mask === asItIs) fields[name] = plain;
    else if (mask === maskText) fields[name] = maskedFilter(plain);
    else fields[name] = hiddenFilter(name, 'numbers');
  }
  const parts = Object.entries(filter ?? {}).map(([name, value]): Predicate<Field> => {
    refuseNull(value, ['filter', name], 'a value');
    return (fields[name] as FieldFilter<Field>)(value as Operators, ['filter', name]);
  });
  return predicateSql(allOf(...parts), (field) => {
    const operand = operands[typeof field === 'string' ? field : field.shown] as SqlOperand;
    return typeof field === 'string' ? operand : { ...operand, value: maskTextSql(operand.value) };
  });
}

const maskedFilter =
  (plain: FieldFilter<Field>): FieldFilter<Field> =>
  (input, path) =>
    mapLeaves(plain(input, path), (leaf) => asShown(leaf, { shown: String(leaf.of) }));
