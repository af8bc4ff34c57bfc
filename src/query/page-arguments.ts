import { badInput } from '../errors.ts';
import { type KeyKind, type Position, readCursor } from './cursor.ts';
import type { CursorCodec } from './cursor-codec.ts';

export const defaultPageSize = 50;
export const maxPageSize = 500;

/** A connection's arguments as GraphQL hands them over. */
export type PageArguments = {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
};

/** A part of a list: at most `size` rows, from its start or (backwards) from its end, between two positions. */
export type PageRequest = { size: number; backwards: boolean; after: Position | null; before: Position | null };

/** Reads a connection's arguments; BAD_USER_INPUT for sizes and cursors that cannot be. */
export function readPageArguments(
  cursors: CursorCodec,
  list: () => string,
  kind: KeyKind,
  args: PageArguments,
): PageRequest {
  const { first, after, last, before } = args;
  if (first != null && last != null) throw badInput(['last'], 'is given together with first', 'one of the two');
  const backwards = last != null;
  return {
    size: readPageSize(backwards ? last : (first ?? defaultPageSize), backwards ? 'last' : 'first'),
    backwards,
    after: after == null ? null : readCursor(cursors, list(), kind, after, ['after']),
    before: before == null ? null : readCursor(cursors, list(), kind, before, ['before']),
  };
}

/** How many rows a page may have; BAD_USER_INPUT if it is not 1 to 500. */
export function readPageSize(size: number, argument: string): number {
  if (size >= 1 && size <= maxPageSize) return size;
  throw badInput([argument], `is ${size}`, `1 to ${maxPageSize}`);
}
