import { type ArgumentPath, badInput } from '../errors.ts';
import { type Instant, parseInstant } from '../time/instant.ts';

export const maxListLength = 250;

const describe = (value: unknown) => (value === null ? 'is null' : `${JSON.stringify(value)?.slice(0, 60)} is not`);

/** An instant that a caller sent, or BAD_USER_INPUT. */
export function readInstant(value: unknown, path: ArgumentPath): Instant {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (instant) return instant;
  throw badInput(
    path,
    `${describe(value)} an instant`,
    'RFC 3339 with an offset and at most three fractional digits, such as "2026-11-01T09:30:00+05:30"',
  );
}

const decimal = /^-?\d{1,30}(\.\d{1,30})?$/;

/** An exact decimal that a caller sent, as text, or BAD_USER_INPUT. */
export function readDecimal(value: unknown, path: ArgumentPath): string {
  if (typeof value === 'string' && decimal.test(value)) return value;
  throw badInput(path, `${describe(value)} a decimal`, 'a string of digits, such as "1.5", without exponent');
}

/** Text that the database can hold, or BAD_USER_INPUT. */
export function readText(value: unknown, path: ArgumentPath): string {
  if (typeof value === 'string' && value.isWellFormed() && !value.includes('\0')) return value;
  throw badInput(path, `${typeof value === 'string' ? 'is not well-formed text' : `${describe(value)} text`}`, 'text');
}

/** A list of values, each read by `read`, at most 250. */
export function readList<T>(value: unknown, path: ArgumentPath, read: (item: unknown, path: ArgumentPath) => T): T[] {
  if (!Array.isArray(value)) throw badInput(path, `${describe(value)} a list`, `a list of at most ${maxListLength}`);
  if (value.length > maxListLength) {
    throw badInput(path, `has ${value.length} values`, `at most ${maxListLength}`);
  }
  return value.map((item, i) => read(item, [...path, i]));
}

/** What a caller sent for an input object's field that may be left out, but not be null. */
export function refuseNull(value: unknown, path: ArgumentPath, allowed: string): void {
  if (value === null) throw badInput(path, 'is null', `${allowed}, or leave it out`);
}
