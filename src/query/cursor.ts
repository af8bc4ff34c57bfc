import { hash } from 'node:crypto';
import { hasScope, type Viewer } from '../access/viewer.ts';
import { type AppError, type ArgumentPath, badInput } from '../errors.ts';
import { parseInstant } from '../time/instant.ts';
import type { CursorCodec } from './cursor-codec.ts';

/** Where a row stands in its list: its sort key, its number where equals are numbered, and its id. */
export type Position = { key: string | number | null; number?: number; id: number };

/** The Postgres type of a sort key. */
export type KeyType = 'timestamptz' | 'integer' | 'bigint' | 'text';

const isKey: Record<KeyType, (key: unknown) => boolean> = {
  timestamptz: (key) => typeof key === 'string' && parseInstant(key) === key,
  integer: (key) => typeof key === 'number' && Number.isInteger(key) && Math.abs(key) < 2 ** 31,
  bigint: (key) => Number.isSafeInteger(key),
  text: (key) => typeof key === 'string' && key.isWellFormed() && !key.includes('\0'),
};

const allowed = 'a cursor of this very list: same order, same filter, and a key that may see the same';

/** Parts of a place, in the order of what the list is sorted by. */
export type Place = readonly (string | number | null)[];

/** Opaque text of a place in a list, bound to the list (order, filter, and what its viewer may see) it was made for. */
export function sealCursor(cursors: CursorCodec, list: string, place: Place): string {
  return cursors.seal(JSON.stringify([list, ...place]));
}

/** The place a cursor stands for; BAD_USER_INPUT if it is none, or of another list. */
export function openCursor(cursors: CursorCodec, list: string, text: string, path: ArgumentPath): Place {
  const opened = cursors.open(text);
  if (opened === null) throw badCursor(path);
  const [madeFor, ...place] = JSON.parse(opened) as [string, ...Place];
  if (madeFor !== list) throw badInput(path, 'belongs to another order or filter', allowed);
  return place;
}

/** What is answered to text that is no cursor of this service. */
export function badCursor(path: ArgumentPath): AppError {
  return badInput(path, 'is no cursor of this service', allowed);
}

/** The cursor of a row's position. */
export function writeCursor(cursors: CursorCodec, list: string, { key, number, id }: Position): string {
  return sealCursor(cursors, list, number === undefined ? [key, id] : [key, number, id]);
}

/** What keys a list's positions have, and whether rows of the same key are numbered. */
export type KeyKind = { type: KeyType; nullable: boolean; number?: unknown };

/** The position of a row that a cursor stands for. */
export function readCursor(
  cursors: CursorCodec,
  list: string,
  kind: KeyKind,
  text: string,
  path: ArgumentPath,
): Position {
  const { type, nullable, number: isNumbered } = kind;
  const [key = null, ...others] = openCursor(cursors, list, text, path);
  const isKnownKey = key === null ? nullable : isKey[type](key);
  const [number, id, ...rest] = isNumbered ? others : [0, ...others];
  const isKnown = isCount(number) && isCount(id) && id > 0;
  if (rest.length > 0 || !isKnownKey || !isKnown) throw badCursor(path);
  return isNumbered ? { key, number, id } : { key, id };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The name of a list as a viewer sees it: another, who may see other rows or less of them, cannot use its cursors to probe. */
export function nameListOf(viewer: Viewer, ...question: unknown[]): string {
  const { accounts } = viewer;
  const ofAccounts = accounts === 'all' ? accounts : [...new Set(accounts)].sort((a, b) => a - b);
  return nameList(ofAccounts, hasScope(viewer, 'numbers'), ...question);
}

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
