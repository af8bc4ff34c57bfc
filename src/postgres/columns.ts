import { customType, type PgColumn } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { type Instant, instantOf } from '../time/instant.ts';

const endings = ['.000Z', '', '00Z', '0Z', 'Z'];

/** Postgres's text of a timestamptz, in whatever zone the session is, as an instant. */
export function readTimestamp(text: string): Instant {
  // Of four digits a year, in UTC, with at most three behind the point, as all are that pages of calls are full of.
  const { length } = text;
  if (length >= 22 && length <= 26 && text.charCodeAt(10) === 32 && text.endsWith('+00')) {
    return `${text.slice(0, 10)}T${text.slice(11, -3)}${endings[length - 22]}`;
  }
  // Postgres writes offsets as +05:30, +05 and, for old dates, +05:53:28, which Date cannot read.
  const other = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/.exec(text);
  if (!other) throw new Error('unreadable timestamp from the database: is DateStyle ISO?');
  const offset = Number(other[4]) * 3600 + Number(other[5] ?? 0) * 60 + Number(other[6] ?? 0);
  return instantOf(Date.parse(`${other[1]}T${other[2]}Z`) - (other[3] === '-' ? -offset : offset) * 1000);
}

/** timestamptz with milliseconds, in TypeScript as an Instant. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver: readTimestamp,
});

/** Raw bytes. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Text that sorts by code point, whatever the database's locale. */
export const codePointText = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' });

const asIs = (text: string) => text;
const isTrue = (text: string) => text === 't';

/** How the values of a column are read from the database's text. */
export function readerOf(column: PgColumn): (text: string) => unknown {
  const type = column.getSQLType();
  if (type.startsWith('timestamp')) return readTimestamp;
  if (type === 'bigint' || type === 'integer') return Number;
  if (type === 'numeric' || isText(column)) return asIs;
  if (type === 'jsonb') return JSON.parse;
  if (type === 'boolean') return isTrue;
  throw new Error(`values of type ${type} are not read here`);
}

/** Whether values of a column are texts to the database, too. */
export function isText(column: PgColumn): boolean {
  return column.enumValues !== undefined || /^text( collate "C")?$/.test(column.getSQLType());
}

const { builtins } = pg.types;
const firstOwnType = 16384;
const [nothing, placeInLog, textArray, integerArray, bigintArray] = [2278, 3220, 1009, 1007, 1016];
/** The types of PostgreSQL that are read as the driver reads them. */
const readByDriver: ReadonlySet<number> = new Set([
  builtins.BOOL,
  builtins.BYTEA,
  builtins.INT2,
  builtins.INT4,
  builtins.FLOAT8,
  builtins.NUMERIC,
  builtins.TEXT,
  builtins.JSONB,
  nothing,
  placeInLog,
  textArray,
  integerArray,
  bigintArray,
]);

/** Instants as instants, counts and ids as numbers, exact decimals as text. A value of another type is an error. */
export const rawTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => {
    if (id === builtins.TIMESTAMPTZ) return readTimestamp;
    if (id === builtins.INT8) return Number;
    if (id >= firstOwnType) return asIs; // of those that migrations make, all are enums
    if (readByDriver.has(id)) return pg.types.getTypeParser(id, format as 'text');
    // Told where a value is read: thrown here, it would break the connection.
    return () => {
      throw new Error(`values of the type with OID ${id} are not read here`);
    };
  },
};
