import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { Condition } from '../filter/condition.ts';
import type { KeyType, Position } from './cursor.ts';

/** What a list is ordered by; rows that are equal in it are ordered by id, in the same direction. */
export type Sort = {
  key: AnyColumn;
  id: AnyColumn;
  /** Nulls come last in both directions. */
  nullable: boolean;
  type: KeyType;
  direction: 'ASC' | 'DESC';
};

/** The order of a list, or of the same list read from its end. */
export function orderBy({ key, id, nullable, direction }: Sort, backwards: boolean): SQL {
  const way = sql.raw((direction === 'ASC') === backwards ? 'desc' : 'asc');
  // Only where nulls exist: an index on a column without them is not ordered "nulls last" when read from its end.
  const nulls = sql.raw(nullable ? (backwards ? ' nulls first' : ' nulls last') : '');
  return sql`${key} ${way}${nulls}, ${id} ${way}`;
}

/** The rows strictly after a position. */
export function isAfter(sort: Sort, position: Position): Condition {
  const { key, id, nullable } = sort;
  const sign = sql.raw(sort.direction === 'ASC' ? '>' : '<');
  if (position.key === null) return sql`(${key} is null and ${id} ${sign} ${position.id})`;
  const later = sql`(${key}, ${id}) ${sign} (${keyOf(sort, position)}, ${position.id})`;
  return nullable ? sql`(${later} or ${key} is null)` : later;
}

/** The rows strictly before a position. */
export function isBefore(sort: Sort, position: Position): Condition {
  const { key, id } = sort;
  const sign = sql.raw(sort.direction === 'ASC' ? '<' : '>');
  if (position.key === null) return sql`(${key} is not null or ${id} ${sign} ${position.id})`;
  return sql`(${key}, ${id}) ${sign} (${keyOf(sort, position)}, ${position.id})`;
}

function keyOf(sort: Sort, position: Position): SQL {
  return sql`${sql.param(position.key)}::${sql.raw(sort.type)}`;
}
