import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type ArgumentPath, badInput } from '../errors.ts';
import { asciiDigits } from '../phone-numbers/ascii-digits.ts';
import { readingsOf } from '../phone-numbers/former-readings.ts';
import { isIdentity } from '../phone-numbers/normalize-number.ts';
import { msOf } from '../time/instant.ts';
import { allOf, type Condition, inBothForms, isNotTrue, nothing } from './condition.ts';
import type {
  CallField,
  ClassField,
  Comparison,
  InstantField,
  KeyField,
  PredicateValue,
  SpanField,
} from './predicate.ts';
import { readDecimal, readInstant, readList, readText, refuseNull } from './read-value.ts';

/** What a filter's operators compare: a column, or an expression over columns. */
export type Operand = AnyColumn | SQL;
/** An operator input object as GraphQL hands it over: what was left out is absent. */
export type Operators = Readonly<Record<string, unknown>>;
/** Makes the condition of one field of a filter. */
export type FieldFilter = (input: Operators, path: ArgumentPath) => Condition;

type Operator = (value: unknown, path: ArgumentPath) => Condition;

const signs: Record<Comparison, SQL> = { gt: sql.raw('>'), gte: sql.raw('>='), lt: sql.raw('<'), lte: sql.raw('<=') };

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
/** How values of a filter are read: the type of the operand, and of calls the field to test, its values as `toTest` gives them. */
type Compared = { type: SQL; read: Read; field?: CallField | undefined; toTest?: (value: unknown) => PredicateValue };

const asIs = (value: unknown) => value as PredicateValue;

function equality(operand: Operand, { type, read, field, toTest = asIs }: Compared, lift: Lift = (same) => same) {
  const within = (condition: SQL, values: unknown[]) =>
    lift(inBothForms(condition, field && { of: field, in: values.map(toTest) }));
  const eq = (value: unknown) => within(sql`${operand} = ${sql.param(value)}::${type}`, [value]);
  const oneOf = (values: unknown[]) => {
    if (values.length === 0) return nothing;
    // Only a plain "=" lets an index on the column give the rows in the order of the list.
    if (values.length === 1) return eq(values[0]);
    return within(sql`${operand} = any(${sql.param(values)}::${type}[])`, values);
  };
  return {
    eq: (value, path) => eq(read(value, path)),
    ne: (value, path) => isNotTrue(eq(read(value, path))),
    in: (value, path) => oneOf(readList(value, path, read)),
    notIn: (value, path) => isNotTrue(oneOf(readList(value, path, read))),
    isNull: isNull(operand, field),
  } satisfies Record<string, Operator>;
}

function isNull(operand: Operand, field: CallField | undefined): Operator {
  const missing = field && ({ of: field, isMissing: true } as const);
  return (value) =>
    value === true
      ? inBothForms(sql`${operand} is null`, missing)
      : inBothForms(sql`${operand} is not null`, missing && { not: missing });
}

function ordering(operand: Operand, { type, read, field, toTest = asIs }: Compared): Record<Comparison, Operator> {
  const compare =
    (is: Comparison): Operator =>
    (given, path) => {
      const value = read(given, path);
      const condition = sql`${operand} ${signs[is]} ${sql.param(value)}::${type}`;
      return inBothForms(condition, field && { of: field, is, value: toTest(value) });
    };
  return { gt: compare('gt'), gte: compare('gte'), lt: compare('lt'), lte: compare('lte') };
}

export function intFilter(operand: Operand, field?: SpanField): FieldFilter {
  const compared: Compared = { type: sql.raw('integer'), read: (value) => value, field };
  return operatorsOf({ ...equality(operand, compared), ...ordering(operand, compared) });
}

export function decimalFilter(operand: Operand, field?: 'coins'): FieldFilter {
  const compared: Compared = { type: sql.raw('numeric'), read: readDecimal, field };
  const { eq, isNull } = equality(operand, compared);
  return operatorsOf({ eq, isNull, ...ordering(operand, compared) });
}

export function dateTimeFilter(operand: Operand, field?: InstantField): FieldFilter {
  const toTest = (value: unknown) => msOf(String(value));
  const compared: Compared = { type: sql.raw('timestamptz'), read: readInstant, field, toTest };
  return operatorsOf({ ...ordering(operand, compared), isNull: isNull(operand, field) });
}

/** Of an enum column; GraphQL has checked the words. */
export function enumFilter(operand: Operand, type: string, field?: ClassField): FieldFilter {
  return operatorsOf(equality(operand, { type: sql.raw(type), read: (value) => value, field }));
}

export function stringFilter(operand: Operand): FieldFilter {
  return operatorsOf({ ...textOperators(operand, asWritten), isNull: isNull(operand, undefined) });
}

/** Of what people write: a letter with a mark is the same in one character and in two. */
export function nameFilter(operand: Operand): FieldFilter {
  return operatorsOf({ ...textOperators(operand, composed), isNull: isNull(operand, undefined) });
}

/** The columns that name a row: rows are known by account and id. */
type Naming = { accountId: AnyColumn; id: AnyColumn };
type NamedTable = PgTable & Naming;

/** Name of the row that `naming` names: what names none has no such name. */
export function namedTextFilter(naming: Naming, table: NamedTable, text: AnyColumn): FieldFilter {
  const { id, accountId } = naming;
  const lift: Lift = (condition) =>
    sql`(${accountId}, ${id}) in (select ${table.accountId}, ${table.id} from ${table} where ${condition})`;
  return operatorsOf({ ...textOperators(text, composed, lift), isNull: isNull(id, undefined) });
}

/** In which form texts are compared: those of the database, and those that are asked for. */
type TextForm = { stored: (text: Operand) => Operand; asked: (text: string) => string };
const asWritten: TextForm = { stored: (text) => text, asked: (text) => text };
const composed: TextForm = { stored: (text) => sql`normalize(${text})`, asked: (text) => text.normalize() };

function textOperators(operand: Operand, { stored, asked }: TextForm, lift: Lift = (condition) => condition) {
  const text = stored(operand);
  const read = (value: unknown, path: ArgumentPath) => asked(readText(value, path));
  // Composed again: in the other case a letter may have a composed form that it has not in this one.
  const withoutCase = (of: Operand) => stored(sql`lower(${of})`);
  return {
    ...equality(text, { type: sql.raw('text'), read }, lift),
    startsWith: (value, path) => lift(sql`starts_with(${text}, ${read(value, path)})`),
    contains: (value, path) =>
      lift(sql`position(${withoutCase(sql`${read(value, path)}::text`)} in ${withoutCase(text)}) > 0`),
  } satisfies Record<string, Operator>;
}

/** Of an id column. `read` gives the row's number, or null for an id that names nothing of the kind. */
export function idFilter(
  operand: Operand,
  read: (id: string) => number | null,
  field?: KeyField | 'id' | 'accountId',
): FieldFilter {
  const ids = (values: unknown[]) => values.map((v) => read(String(v))).filter((id) => id !== null);
  const operators = equality(operand, { type: sql.raw('bigint'), read: (value) => value, field });
  return operatorsOf({
    eq: (value, path) => operators.in(ids([value]), path),
    ne: (value, path) => operators.notIn(ids([value]), path),
    in: (value, path) => operators.in(ids(readList(value, path, (v) => v)), path),
    notIn: (value, path) => operators.notIn(ids(readList(value, path, (v) => v)), path),
    isNull: operators.isNull,
  });
}

/** The row that a number belongs to, wherever it is one that tells people apart: an index leads to it. */
export type NumberOwner = { id: AnyColumn; table: NamedTable; number: AnyColumn };

/** Numbers compare in the form in which they are stored, whatever spelling the caller uses. */
export function phoneNumberFilter(operand: Operand, region: string, owner?: NumberOwner): FieldFilter {
  const text = (value: unknown, path: ArgumentPath) => asciiDigits(readText(value, path));
  const readings = (texts: readonly string[]) => texts.flatMap((one) => readingsOf(one, region));
  const { isNull, ...numbers } = equality(operand, { type: sql.raw('text'), read: text });
  // What is stored may have been read by older rules.
  const among = (texts: readonly string[], path: ArgumentPath) => {
    const all = readings(texts);
    const [only, ...others] = all;
    const isOne = only !== undefined && others.length === 0;
    const condition = isOne ? numbers.eq(only, path) : sql`${operand} = any(${sql.param(all)}::text[])`;
    return ownedBy(owner, condition, all);
  };
  const eq: Operator = (value, path) => among([text(value, path)], path);
  const within: Operator = (value, path) => among(readList(value, path, text), path);
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

/** A condition on a number, and with it the one on its owner that it implies. */
function ownedBy(owner: NumberOwner | undefined, condition: Condition, numbers: readonly (string | null)[]): Condition {
  const known = numbers.filter((number) => number !== null);
  if (!owner || known.length === 0 || !known.every(isIdentity)) return condition;
  const { id, table, number } = owner;
  const owners = sql`select ${table.id} from ${table} where ${number} = any(${sql.param(known)}::text[])`;
  return sql`(${condition} and ${id} = any(array(${owners})))`;
}

function readDigits(value: unknown, path: ArgumentPath): string {
  const text = asciiDigits(readText(value, path));
  if (!/^[\d\s+().-]*$/.test(text)) throw badInput(path, 'has something other than digits', 'digits, such as "9198"');
  return text.replace(/\D/g, '');
}

/** hasSomething: true or false. */
export function presenceFilter(operand: Operand, field?: 'hasRecording'): (value: unknown) => Condition {
  return (value) =>
    value === true
      ? inBothForms(sql`${operand} is not null`, field && { of: field, in: [true] })
      : inBothForms(sql`${operand} is null`, field && { of: field, in: [false] });
}
