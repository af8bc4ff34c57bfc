import { customType } from 'drizzle-orm/pg-core';
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
