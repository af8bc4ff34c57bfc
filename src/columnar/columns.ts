import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';

/**
 * How a column is kept: the id and the start of each call; a moment, as what it is later than the start; a whole number of 32
 * bits; a word, as a code of those that occur in the chunk; the class, as the code of one too.
 */
export type ColumnKind = 'id' | 'start' | 'moment' | 'int32' | 'words' | 'class';

/** `from`: what it is made of. `version`: of a higher one than is stored is made anew; to be raised whenever what is stored changes. */
type Column = { kind: ColumnKind; from: SQL; version: number };

// As doubles: extract() gives an exact decimal, which takes several times as long.
const ms = (column: { name: string }) => sql`round(date_part('epoch', ${column}) * 1000)`;
const number = (column: { name: string }) => sql`${column}::float8`;

/** All columns of calls that are packed. Each has the name under which predicates ask for it, and its place in the table of chunks. */
export const columns = {
  id: { kind: 'id', from: number(calls.id), version: 1 },
  startedAt: { kind: 'start', from: ms(calls.startedAt), version: 1 },
  class: {
    kind: 'class',
    from: sql`concat_ws(',', ${calls.direction}, ${calls.status}, coalesce(${calls.disposition}::text, '-'),
      coalesce(${calls.outcome}::text, '-'), (${calls.legAPickedAt} is not null)::integer,
      (${calls.recordingUrl} is not null)::integer)`,
    version: 1,
  },
  agentId: { kind: 'int32', from: number(calls.agentId), version: 1 },
  campaignId: { kind: 'int32', from: number(calls.campaignId), version: 1 },
  callGroupId: { kind: 'int32', from: number(calls.callGroupId), version: 1 },
  virtualNumberId: { kind: 'int32', from: number(calls.virtualNumberId), version: 1 },
  customerId: { kind: 'int32', from: number(calls.customerId), version: 1 },
  durationSeconds: { kind: 'int32', from: number(calls.durationSeconds), version: 1 },
  talkSeconds: { kind: 'int32', from: number(calls.talkSeconds), version: 1 },
  ivrSeconds: { kind: 'int32', from: number(calls.ivrSeconds), version: 1 },
  ringSeconds: { kind: 'int32', from: number(calls.ringSeconds), version: 1 },
  waitSeconds: { kind: 'int32', from: number(calls.waitSeconds), version: 1 },
  legAPickedAt: { kind: 'moment', from: ms(calls.legAPickedAt), version: 1 },
  legBStartedAt: { kind: 'moment', from: ms(calls.legBStartedAt), version: 1 },
  answeredAt: { kind: 'moment', from: ms(calls.answeredAt), version: 1 },
  endedAt: { kind: 'moment', from: ms(calls.endedAt), version: 1 },
  coins: { kind: 'words', from: sql`trim_scale(${calls.coins})::text`, version: 1 },
  keyPress: { kind: 'words', from: sql`${calls.keyPress}`, version: 1 },
  hangupCause: { kind: 'int32', from: number(calls.hangupCause), version: 1 },
  endedBy: { kind: 'words', from: sql`${calls.endedBy}::text`, version: 1 },
  errorCode: { kind: 'words', from: sql`${calls.errorCode}`, version: 1 },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof columns;
type NamesOf<Kind> = { [Name in ColumnName]: (typeof columns)[Name]['kind'] extends Kind ? Name : never }[ColumnName];
export type Int32Column = NamesOf<'int32'>;
export type MomentColumn = NamesOf<'moment'>;
export type WordColumn = NamesOf<'words'>;

export const isColumn = (name: string): name is ColumnName => Object.hasOwn(columns, name);
export const columnNames = Object.keys(columns) as readonly ColumnName[];
const ofKind = (kind: ColumnKind) => columnNames.filter((name) => columns[name].kind === kind);
export const int32Columns = ofKind('int32') as readonly Int32Column[];
export const momentColumns = ofKind('moment') as readonly MomentColumn[];
export const wordColumns = ofKind('words') as readonly WordColumn[];

/** Of whatever stores or reads columns: in which version it knows each. Others are of no use to it. */
export type ColumnVersions = Readonly<Record<string, number>>;
export const currentVersions: ColumnVersions = Object.fromEntries(
  columnNames.map((name) => [name, columns[name].version]),
);

/** Columns as bits. */
export function bitsOf(names: Iterable<ColumnName>): number {
  let bits = 0;
  for (const name of names) bits |= 1 << columnNames.indexOf(name);
  return bits;
}

/** Those of one's own columns that are stored in one's own version, as bits. */
export function usableColumns(stored: ColumnVersions, own: ColumnVersions): number {
  return bitsOf(columnNames.filter((name) => name in own && stored[name] === own[name]));
}

/** Whether all is stored as one stores it oneself. */
export function isCurrent(stored: ColumnVersions, own: ColumnVersions): boolean {
  const names = Object.keys(own);
  return names.length === Object.keys(stored).length && names.every((name) => stored[name] === own[name]);
}

/** Whether something was stored by code that is newer than one's own: in a column that is not known, or in a later version. */
export function isNewer(stored: ColumnVersions, own: ColumnVersions): boolean {
  return Object.entries(stored).some(([name, version]) => version > (own[name] ?? 0));
}
