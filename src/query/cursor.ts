import { hash } from 'node:crypto';
import { type AppError, type ArgumentPath, badInput } from '../errors.ts';
import { parseInstant } from '../time/instant.ts';

/** Where a row stands in its list: its sort key, its number where equals are numbered, and its id. */
export type Position = { key: string | number | null; number?: number; id: number };

/** The Postgres type of a sort key. */
export type KeyType = 'timestamptz' | 'integer' | 'text';

const isKey: Record<KeyType, (key: unknown) => boolean> = {
  timestamptz: (key) => typeof key === 'string' && parseInstant(key) === key,
  integer: (key) => typeof key === 'number' && Number.isInteger(key) && Math.abs(key) < 2 ** 31,
  text: (key) => typeof key === 'string' && key.isWellFormed() && !key.includes('\0'),
};

const allowed = 'a cursor of this very list: same order, same filter';

/** Opaque text of a place in a list, bound to the list (order and filter) it was made for. */
export function sealCursor(list: string, place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/** The place a cursor stands for; BAD_USER_INPUT if it is none, or of another order or filter. */
export function openCursor(list: string, text: string, path: ArgumentPath): (string | number | null)[] {
  const written = Buffer.from(text, 'base64url');
  if (written.toString('base64url') !== text) throw badCursor(path);
  let parts: unknown;
  try {
    parts = JSON.parse(written.toString());
  } catch {
    throw badCursor(path);
  }
  if (!Array.isArray(parts) || typeof parts[0] !== 'string') throw badCursor(path);
  const [madeFor, ...place] = parts;
  if (madeFor !== list) throw badInput(path, 'belongs to another order or filter', allowed);
  if (!place.every((part) => part === null || typeof part === 'string' || typeof part === 'number')) {
    throw badCursor(path);
  }
  return place;
}

/** What is answered to text that is no cursor of this service. */
export function badCursor(path: ArgumentPath): AppError {
  return badInput(path, 'is no cursor of this service', allowed);
}

/** The cursor of a row's position. */
export function writeCursor(list: string, { key, number, id }: Position): string {
  return sealCursor(list, number === undefined ? [key, id] : [key, number, id]);
}

/** What keys a list's positions have, and whether rows of the same key are numbered. */
export type KeyKind = { type: KeyType; nullable: boolean; number?: unknown };

/** The position of a row that a cursor stands for. */
export function readCursor(list: string, kind: KeyKind, text: string, path: ArgumentPath): Position {
  const { type, nullable, number: isNumbered } = kind;
  const [key = null, ...others] = openCursor(list, text, path);
  const isKnownKey = key === null ? nullable : isKey[type](key);
  // One that was given out before rows were numbered has no number: nor had the row, which counts as 0.
  const [number, id, ...rest] = isNumbered && others.length > 1 ? others : [0, ...others];
  const isKnown = isCount(number) && isCount(id) && id > 0;
  if (rest.length > 0 || !isKnownKey || !isKnown) throw badCursor(path);
  return isNumbered ? { key, number, id } : { key, id };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A short name of what a list is of: the same for the same question, however its arguments were written. */
export function nameList(...question: unknown[]): string {
  return hash('sha256', canonical(question), 'base64url').slice(0, 11);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
    .join()}}`;
}
