import type { CallColumn, CallRow } from '../calls/list/call-columns.ts';
import type { RelativeName } from '../calls/list/call-relatives.ts';
import type { RequestedOfCalls } from '../calls/list/read-call-rows.ts';
import { trimDecimal } from '../query/decimal.ts';
import type { IdCodec, NodeType } from '../query/global-id.ts';
import type { Column, ColumnType, Value } from './column.ts';

/** A column of exported calls: a field of `Call`, or one of whom a call names. */
export type CallExportColumn = {
  type: ColumnType;
  /** The field of the schema that it is, from `Call` on. */
  field: string;
  /** Whether it is there unless columns are chosen. */
  isUsual: boolean;
  of: Source;
};

/** Where its values are found. */
type Source =
  | { column: CallColumn }
  | { relative: RelativeName; column: string }
  /** The id of what a column of the call names. */
  | { id: NodeType; column: CallColumn };

const own = (column: CallColumn, type: ColumnType): CallExportColumn => ({
  type,
  field: column,
  isUsual: true,
  of: { column },
});
const idOf = (id: NodeType, column: CallColumn, field: string): CallExportColumn => ({
  type: 'id',
  field,
  isUsual: true,
  of: { id, column },
});
const named = (relative: RelativeName, column: string, type: ColumnType = 'text'): CallExportColumn => ({
  type,
  field: `${relative}.${column}`,
  isUsual: true,
  of: { relative, column },
});
const onRequest = (column: CallExportColumn, field = column.field): CallExportColumn => ({
  ...column,
  field,
  isUsual: false,
});

/** Every column of exported calls, in their order. */
export const callExportColumns = {
  id: idOf('Call', 'id', 'id'),
  callSid: own('callSid', 'text'),
  accountId: idOf('Account', 'accountId', 'account.id'),
  accountName: named('account', 'name'),
  direction: own('direction', 'word'),
  status: own('status', 'word'),
  disposition: own('disposition', 'word'),
  outcome: own('outcome', 'word'),
  endedBy: own('endedBy', 'word'),
  customerId: idOf('Customer', 'customerId', 'customer.id'),
  customerNumber: own('customerNumber', 'phone'),
  customerName: onRequest(named('customer', 'name')),
  customerPseudonym: onRequest(named('customer', 'pseudonym'), 'customerPseudonym'),
  agentId: idOf('Agent', 'agentId', 'agent.id'),
  agentNumber: own('agentNumber', 'phone'),
  agentName: own('agentName', 'text'),
  agentNameToday: onRequest(named('agent', 'name')),
  agentEmail: onRequest(named('agent', 'email')),
  virtualNumberId: idOf('VirtualNumber', 'virtualNumberId', 'virtualNumber.id'),
  virtualNumber: named('virtualNumber', 'number', 'phone'),
  virtualNumberName: named('virtualNumber', 'name'),
  callGroupId: idOf('CallGroup', 'callGroupId', 'callGroup.id'),
  callGroupName: named('callGroup', 'name'),
  campaignId: idOf('Campaign', 'campaignId', 'campaign.id'),
  campaignCode: named('campaign', 'campaignCode'),
  campaignName: named('campaign', 'name'),
  sourceNumber: own('sourceNumber', 'phone'),
  destinationNumber: own('destinationNumber', 'phone'),
  dialedNumber: own('dialedNumber', 'phone'),
  startedAt: own('startedAt', 'instant'),
  legAPickedAt: own('legAPickedAt', 'instant'),
  legBStartedAt: own('legBStartedAt', 'instant'),
  legBPickedAt: own('legBPickedAt', 'instant'),
  answeredAt: own('answeredAt', 'instant'),
  endedAt: own('endedAt', 'instant'),
  durationSeconds: own('durationSeconds', 'integer'),
  talkSeconds: own('talkSeconds', 'integer'),
  ivrSeconds: own('ivrSeconds', 'integer'),
  ringSeconds: own('ringSeconds', 'integer'),
  waitSeconds: own('waitSeconds', 'integer'),
  coins: own('coins', 'decimal'),
  recordingUrl: own('recordingUrl', 'text'),
  keyPress: own('keyPress', 'text'),
  hangupCause: own('hangupCause', 'integer'),
  errorCode: own('errorCode', 'text'),
  providerStatus: own('providerStatus', 'text'),
  providerDirection: own('providerDirection', 'text'),
  createdAt: own('createdAt', 'instant'),
  updatedAt: own('updatedAt', 'instant'),
} as const satisfies Record<string, CallExportColumn>;

export type CallExportColumnName = keyof typeof callExportColumns;
export const callColumnNames = Object.keys(callExportColumns) as CallExportColumnName[];
const columnOf = (name: CallExportColumnName): CallExportColumn => callExportColumns[name];
export const usualCallColumns = callColumnNames.filter((name) => columnOf(name).isUsual);

/** What must be read of calls for some columns. */
export function requestedFor(names: readonly CallExportColumnName[]): RequestedOfCalls {
  const columns = new Set<CallColumn>();
  const relatives = new Map<RelativeName, Set<string>>();
  for (const { of } of names.map(columnOf)) {
    if (!('relative' in of)) columns.add(of.column);
    else relatives.set(of.relative, (relatives.get(of.relative) ?? new Set()).add(of.column));
  }
  return {
    columns: [...columns],
    relatives: [...relatives].map(([name, below]) => ({ name, columns: [...below] })),
  };
}

/** Columns of calls, with ids as they are given out. */
export function callColumns(names: readonly CallExportColumnName[], ids: IdCodec): Column<CallRow>[] {
  return names.map((name) => ({ name, type: columnOf(name).type, valuesOf: valuesOf(columnOf(name).of, ids) }));
}

function valuesOf(of: Source, ids: IdCodec): Column<CallRow>['valuesOf'] {
  const { column } = of;
  if ('id' in of) {
    const write = writerOf(of.id, ids);
    return (rows) => write(rows.map((call) => call[of.column] as number | null));
  }
  if ('relative' in of) {
    return (rows) => rows.map((call) => (call[of.relative] as Record<string, Value> | null)?.[column] ?? null);
  }
  if (column === 'coins') return (rows) => rows.map((call) => trimDecimal(call.coins) ?? null);
  return (rows) => rows.map((call) => call[of.column] as Value);
}

/** Of what has few rows an id is written once; of so many it is started anew. */
const mostKept = 10_000;

function writerOf(type: NodeType, ids: IdCodec): (numbers: readonly (number | null)[]) => (string | null)[] {
  if (type === 'Call' || type === 'Customer') return (numbers) => ids.writeAll(type, numbers);
  const kept = new Map<number | null, string | null>([[null, null]]);
  return (numbers) =>
    numbers.map((number) => {
      let id = kept.get(number);
      if (id === undefined) {
        if (kept.size > mostKept) kept.clear();
        id = number === null ? null : ids.write(type, number);
        kept.set(number, id);
      }
      return id;
    });
}
