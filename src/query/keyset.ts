import { type AnyColumn, getTableName, SQL, sql } from 'drizzle-orm';
import { allOf, type Condition } from './condition.ts';
import type { KeyType, Position } from './cursor.ts';
import type { PageRequest } from './page-arguments.ts';

/** What a list is ordered by; rows that are equal in it are ordered by number, where there is one, and by id, in the same direction. */
export type Sort = {
  key: AnyColumn | SQL;
  /** Only where no key is null. */
  number?: AnyColumn;
  id: AnyColumn;
  /** Nulls come last in both directions. */
  nullable: boolean;
  type: KeyType;
  direction: 'ASC' | 'DESC';
};

/** The order of a list, or of the same list read from its end. */
export function orderBy({ key, number, id, nullable, direction }: Sort, backwards: boolean): SQL {
  const way = (direction === 'ASC') === backwards ? 'desc' : 'asc';
  // Only where nulls exist: an index on a column without them is not ordered "nulls last" when read from its end.
  const nulls = nullable ? (backwards ? ' nulls first' : ' nulls last') : '';
  const numbered = number ? `, ${nameOf(number)} ${way}` : '';
  const rest = `${way}${nulls}${numbered}, ${nameOf(id)} ${way}`;
  return key instanceof SQL ? sql`${key} ${sql.raw(rest)}` : sql.raw(`${nameOf(key)} ${rest}`);
}

const nameOf = (column: AnyColumn) => `"${getTableName(column.table)}"."${column.name}"`;

/** The rows strictly after a position. */
export function isAfter(sort: Sort, position: Position): Condition {
  const { key, id, nullable } = sort;
  const sign = sql.raw(sort.direction === 'ASC' ? '>' : '<');
  if (position.key === null) return sql`(${key} is null and ${id} ${sign} ${position.id})`;
  const later = compare(sort, sign, position);
  return nullable ? sql`(${later} or ${key} is null)` : later;
}

/** The rows strictly before a position. */
export function isBefore(sort: Sort, position: Position): Condition {
  const { key, id } = sort;
  const sign = sql.raw(sort.direction === 'ASC' ? '<' : '>');
  if (position.key === null) return sql`(${key} is not null or ${id} ${sign} ${position.id})`;
  return compare(sort, sign, position);
}

/** A part of a list: which rows between the cursors, in what order. */
export type ListPart = { between: Condition; order: SQL };

/** The rows with a key and those without, in the order in which they are read; what lies outside the cursors is left out. */
export function partsOf(sort: Sort, { backwards, after, before }: Omit<PageRequest, 'size'>): ListPart[] {
  const { key, id } = sort;
  const way = sql.raw((sort.direction === 'ASC') === backwards ? 'desc' : 'asc');
  const order = sql`${key} ${way}, ${id} ${way}`;
  const keyed = { ...sort, nullable: false };
  const withKey = [
    sql`${key} is not null`,
    ...(after ? [isAfter(keyed, after)] : []),
    ...(before && before.key !== null ? [isBefore(keyed, before)] : []),
  ];
  const [later, earlier] = sort.direction === 'ASC' ? ['>', '<'] : ['<', '>'];
  const withoutKey = [
    sql`${key} is null`,
    ...(after && after.key === null ? [sql`${id} ${sql.raw(later as string)} ${after.id}`] : []),
    ...(before ? [sql`${id} ${sql.raw(earlier as string)} ${before.id}`] : []),
  ];
  const parts = [
    ...(after?.key === null ? [] : [{ between: allOf(withKey), order }]),
    ...(before && before.key !== null ? [] : [{ between: allOf(withoutKey), order }]),
  ];
  return backwards ? parts.reverse() : parts;
}

function compare({ key, number, id, type }: Sort, sign: SQL, at: Position): SQL {
  const keyAt = sql`${sql.param(at.key)}::${sql.raw(type)}`;
  return number
    ? sql`(${key}, ${number}, ${id}) ${sign} (${keyAt}, ${at.number}::bigint, ${at.id})`
    : sql`(${key}, ${id}) ${sign} (${keyAt}, ${at.id})`;
}
