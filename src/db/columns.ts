import { customType } from 'drizzle-orm/pg-core';
import { type Instant, instantOf } from '../time/instant.ts';

const utcText = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** Postgres's text of a timestamptz, in whatever zone the session is, as an instant. */
export function readTimestamp(text: string): Instant {
  const utc = utcText.exec(text);
  if (utc) return `${utc[1]}T${utc[2]}.${(utc[3] ?? '').padEnd(3, '0')}Z`;
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
