import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type ArgumentPath, badInput } from '../errors.ts';
import { normalizeNumber } from '../phone-numbers/normalize-number.ts';
import { allOf, type Condition, isNotTrue, nothing } from './condition.ts';
import { readDecimal, readInstant, readList, readText, refuseNull } from './read-value.ts';

/** What a filter's operators compare: a column, or an expression over columns. */
export type Operand = AnyColumn | SQL;
/** An operator input object as GraphQL hands it over: what was left out is absent. */
export type Operators = Readonly<Record<string, unknown>>;
/** Makes the condition of one field of a filter. */
export type FieldFilter = (input: Operators, path: ArgumentPath) => Condition;

type Operator = (value: unknown, path: ArgumentPath) => Condition;

const comparison = { gt: sql.raw('>'), gte: sql.raw('>='), lt: sql.raw('<'), lte: sql.raw('<=') };

/** Every operator of one input object, all of which must hold; null is refused. */
function operatorsOf(operators: Record<string, Operator>): FieldFilter {
  return (input, path) =>
    allOf(
      Object.entries(input).map(([name, value]) => {
        const at = [...path, name];
        refuseNull(value, at, 'a value');
        const operator = operators[name];
        if (!operator) throw badInput(at, 'is no operator', Object.keys(operators).join(', '));
        return operator(value, at);
      }),
    );
}

type Read = (value: unknown, path: ArgumentPath) => unknown;
/** Carries a condition on a row that the filtered row names over to the filtered row. */
type Lift = (condition: Condition) => Condition;

function equality(operand: Operand, type: SQL, read: Read, lift: Lift = (condition) => condition) {
  const eq = (value: unknown) => lift(sql`${operand} = ${sql.param(value)}::${type}`);
  const within = (values: unknown[]) =>
    values.length === 0 ? nothing : lift(sql`${operand} = any(${sql.param(values)}::${type}[])`);
  return {
    eq: (value, path) => eq(read(value, path)),
    ne: (value, path) => isNotTrue(eq(read(value, path))),
    in: (value, path) => within(readList(value, path, read)),
    notIn: (value, path) => isNotTrue(within(readList(value, path, read))),
    isNull: isNull(operand),
  } satisfies Record<string, Operator>;
}

function isNull(operand: Operand): Operator {
  return (value) => (value === true ? sql`${operand} is null` : sql`${operand} is not null`);
}

function ordering(operand: Operand, type: SQL, read: Read) {
  return Object.fromEntries(
    Object.entries(comparison).map(([name, sign]) => [
      name,
      (value: unknown, path: ArgumentPath) => sql`${operand} ${sign} ${sql.param(read(value, path))}::${type}`,
    ]),
  );
}

export function intFilter(operand: Operand): FieldFilter {
  const type = sql.raw('integer');
  return operatorsOf({ ...equality(operand, type, (v) => v), ...ordering(operand, type, (v) => v) });
}

export function decimalFilter(operand: Operand): FieldFilter {
  const type = sql.raw('numeric');
  const { eq, isNull } = equality(operand, type, readDecimal);
  return operatorsOf({ eq, isNull, ...ordering(operand, type, readDecimal) });
}

export function dateTimeFilter(operand: Operand): FieldFilter {
  return operatorsOf({ ...ordering(operand, sql.raw('timestamptz'), readInstant), isNull: isNull(operand) });
}

/** Of an enum column; GraphQL has checked the words. */
export function enumFilter(operand: Operand, type: string): FieldFilter {
  return operatorsOf(equality(operand, sql.raw(type), (v) => v));
}

export function stringFilter(operand: Operand): FieldFilter {
  return operatorsOf(textOperators(operand));
}

/** Text of the row that `id` names: what names none has no such text. */
export function namedTextFilter(id: AnyColumn, table: PgTable & { id: AnyColumn }, text: AnyColumn): FieldFilter {
  const lift: Lift = (condition) => sql`${id} in (select ${table.id} from ${table} where ${condition})`;
  return operatorsOf({ ...textOperators(text, lift), isNull: isNull(id) });
}

function textOperators(operand: Operand, lift: Lift = (condition) => condition) {
  return {
    ...equality(operand, sql.raw('text'), readText, lift),
    startsWith: (value, path) => lift(sql`starts_with(${operand}, ${readText(value, path)})`),
    contains: (value, path) => lift(sql`position(lower(${readText(value, path)}::text) in lower(${operand})) > 0`),
  } satisfies Record<string, Operator>;
}

/** Of an id column. `read` gives the row's number, or null for an id that names nothing of the kind. */
export function idFilter(operand: Operand, read: (id: string) => number | null): FieldFilter {
  const ids = (values: unknown[]) => values.map((v) => read(String(v))).filter((id) => id !== null);
  const operators = equality(operand, sql.raw('bigint'), (v) => v);
  return operatorsOf({
    eq: (value, path) => operators.in(ids([value]), path),
    ne: (value, path) => operators.notIn(ids([value]), path),
    in: (value, path) => operators.in(ids(readList(value, path, (v) => v)), path),
    notIn: (value, path) => operators.notIn(ids(readList(value, path, (v) => v)), path),
    isNull: operators.isNull,
  });
}

/** Numbers compare in the form in which they are stored, whatever spelling the caller uses. */
export function phoneNumberFilter(operand: Operand, region: string): FieldFilter {
  const read = (value: unknown, path: ArgumentPath) => normalizeNumber(readText(value, path), region);
  const { eq, in: within, isNull } = equality(operand, sql.raw('text'), read);
  const digits = sql`regexp_replace(${operand}, '\\D', '', 'g')`;
  return operatorsOf({
    eq,
    in: within,
    isNull,
    startsWith: (value, path) => sql`starts_with(${digits}, ${readDigits(value, path)})`,
    endsWith: (value, path) => {
      const wanted = readDigits(value, path);
      return sql`right(${digits}, ${wanted.length}) = ${wanted}`;
    },
  });
}

function readDigits(value: unknown, path: ArgumentPath): string {
  const text = readText(value, path);
  if (!/^[\d\s+().-]*$/.test(text)) throw badInput(path, 'has something other than digits', 'digits, such as "9198"');
  return text.replace(/\D/g, '');
}

/** hasSomething: true or false. */
export function presenceFilter(operand: Operand): (value: unknown) => Condition {
  return (value) => (value === true ? sql`${operand} is not null` : sql`${operand} is null`);
}
