import { type AnyColumn, is, type SQL, sql } from 'drizzle-orm';
import { PgArray, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Viewer } from '../access/viewer.ts';
import { isIdentity } from '../phone-numbers/normalize-number.ts';
import { instantOf } from '../time/instant.ts';
import { everything } from './condition.ts';
import type { Comparison, Kind, Leaf, Predicate, PredicateValue } from './predicate.ts';

/** The columns that name a row: rows are known by account and id. */
type Naming = { accountId: AnyColumn; id: AnyColumn };
type NamedTable = PgTable & Naming;

/** Where what a predicate names lies in the database. */
export type SqlOperand = {
  kind: Kind;
  value: AnyColumn | SQL;
  /** Of ids that are kept in four bytes. */
  isInteger?: boolean;
  /** The row that has the value, and the columns that name it: what names none has no value. */
  inRow?: { naming: Naming; table: NamedTable };
  /** Whom a number that tells people apart belongs to: an index leads to the rows that name them. */
  owner?: { id: AnyColumn; table: NamedTable; number: AnyColumn };
};

/** A predicate for a WHERE or FILTER clause, in which null counts as false. */
export function predicateSql<Of>(predicate: Predicate<Of>, operandOf: (of: Of) => SqlOperand): SQL {
  const inner = (part: Predicate<Of>) => predicateSql(part, operandOf);
  if ('all' in predicate) return joined(predicate.all.map(inner), sql` and `, everything);
  if ('any' in predicate) return joined(predicate.any.map(inner), sql` or `, sql`false`);
  if (!('not' in predicate)) return leafSql(predicate, operandOf(predicate.of));
  const turned = predicate.not;
  if ('isMissing' in turned) return sql`${missingFrom(operandOf(turned.of))} is not null`;
  // A missing value must be false before it is turned.
  return sql`((${inner(turned)}) is not true)`;
}

function joined(parts: SQL[], by: SQL, ofNone: SQL): SQL {
  if (parts.length < 2) return parts[0] ?? ofNone;
  return sql`(${sql.join(parts, by)})`;
}

const missingFrom = ({ value, inRow }: SqlOperand) => inRow?.naming.id ?? value;

function leafSql<Of>(leaf: Leaf<Of>, operand: SqlOperand): SQL {
  if ('isMissing' in leaf) return sql`${missingFrom(operand)} is null`;
  const { inRow } = operand;
  if (!inRow) return comparisonSql(leaf, operand);
  const { naming, table } = inRow;
  return sql`(${naming.accountId}, ${naming.id}) in (select ${table.accountId}, ${table.id} from ${table} where ${comparisonSql(leaf, operand)})`;
}

type Compared = Exclude<Leaf<unknown>, { isMissing: true }>;

function comparisonSql(leaf: Compared, { kind, value, isInteger, owner }: SqlOperand): SQL {
  if (kind === 'presence')
    return sql`${value} ${sql.raw('in' in leaf && leaf.in[0] === true ? 'is not null' : 'is null')}`;
  if (kind === 'word') return wordSql(leaf, value);
  const type = sql.raw(kind === 'id' && isInteger ? 'integer' : types[kind]);
  const stored = kind === 'name' ? sql`normalize(${value})` : value;
  const given = (one: PredicateValue) => (kind === 'instant' ? instantOf(Number(one)) : one);
  if (!('in' in leaf)) return comparisons[leaf.is](stored, sql`${sql.param(given(leaf.value))}::${type}`, kind);
  const [only, ...others] = leaf.in.map(given);
  if (only === undefined) return sql`false`;
  // Only a plain "=" lets an index on the column give the rows in the order of the list.
  const isIn =
    others.length === 0
      ? sql`${stored} = ${sql.param(only)}::${type}`
      : sql`${stored} = any(${sql.param([only, ...others])}::${type}[])`;
  return owner ? ofOwner(isIn, owner, leaf.in.map(String)) : isIn;
}

const types: Record<Exclude<Kind, 'presence' | 'word'>, string> = {
  id: 'bigint',
  integer: 'integer',
  decimal: 'numeric',
  instant: 'timestamptz',
  text: 'text',
  name: 'text',
  number: 'text',
};

/** Words are written as they are, for an index may hold the rows of some. */
function wordSql(leaf: Compared, value: SqlOperand['value']): SQL {
  const words = 'in' in leaf ? leaf.in.map(String) : [];
  if (words.length === 0) return sql`false`;
  if (!words.every((word) => /^[A-Z_]+$/.test(word))) throw new Error(`no words of an enum: ${words.join()}`);
  return words.length === 1
    ? sql`${value} = ${sql.raw(`'${words[0]}'`)}`
    : sql`${value} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;
}

type CompareSql = (stored: SqlOperand['value'], given: SQL, kind: Kind) => SQL;
const comparisons: Record<Comparison, CompareSql> = {
  gt: (stored, given) => sql`${stored} > ${given}`,
  gte: (stored, given) => sql`${stored} >= ${given}`,
  lt: (stored, given) => sql`${stored} < ${given}`,
  lte: (stored, given) => sql`${stored} <= ${given}`,
  startsWith: (stored, given, kind) => sql`starts_with(${textOf(stored, kind)}, ${given})`,
  endsWith: (stored, given, kind) => sql`right(${textOf(stored, kind)}, length(${given})) = ${given}`,
  contains: (stored, given, kind) => sql`position(${withoutCase(given, kind)} in ${withoutCase(stored, kind)}) > 0`,
};

const textOf = (stored: SqlOperand['value'], kind: Kind) =>
  kind === 'number' ? sql`regexp_replace(${stored}, '[^0-9]', '', 'g')` : stored;

/** Composed again: in the other case a letter may have a composed form that it has not in this one. */
const withoutCase = (text: SqlOperand['value'], kind: Kind) =>
  kind === 'name' ? sql`normalize(lower(${text}))` : sql`lower(${text})`;

/** A condition on a number, and with it the one on its owner that it implies. */
function ofOwner(condition: SQL, { id, table, number }: Required<SqlOperand>['owner'], numbers: string[]): SQL {
  if (!numbers.every(isIdentity)) return condition;
  const owners = sql`select ${table.id} from ${table} where ${number} = any(${sql.param(numbers)}::text[])`;
  return sql`(${condition} and ${id} = any(array(${owners})))`;
}

/** The one meaning of "of the viewer's accounts": holds for what belongs to accounts that the viewer may see. */
export function visibleTo({ accounts }: Viewer): Predicate<'accountId'> {
  return accounts === 'all' ? { all: [] } : { of: 'accountId', in: accounts };
}

/** The same for rows whose account is told by a column; where it tells several, all of them must be the viewer's. */
export function visibleSql(viewer: Viewer, account: PgColumn): SQL {
  if (is(account, PgArray) && viewer.accounts !== 'all') {
    return sql`${account} <@ ${sql.param([...viewer.accounts])}::integer[]`;
  }
  return predicateSql(visibleTo(viewer), () => ({ kind: 'id', value: account, isInteger: true }));
}
