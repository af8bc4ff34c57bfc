import { hiddenArgument } from '../access/require-scope.ts';
import type { Scope } from '../access/viewer.ts';
import { type ArgumentPath, badInput } from '../errors.ts';
import { asciiDigits } from '../phone-numbers/ascii-digits.ts';
import { readingsOf } from '../phone-numbers/former-readings.ts';
import { msOf } from '../time/instant.ts';
import { allOf, type Comparison, not, nothing, type Predicate, type PredicateValue } from './predicate.ts';
import { readDecimal, readInstant, readList, readText, refuseNull } from './read-value.ts';

/** An operator input object as GraphQL hands it over: what was left out is absent. */
export type Operators = Readonly<Record<string, unknown>>;
/** Makes the predicate of one field of a filter. */
export type FieldFilter<Of> = (input: Operators, path: ArgumentPath) => Predicate<Of>;

type Operator<Of> = (value: unknown, path: ArgumentPath) => Predicate<Of>;

/** Every operator of one input object, all of which must hold; null is refused. */
function operatorsOf<Of>(operators: Record<string, Operator<Of>>): FieldFilter<Of> {
  return (input, path) =>
    allOf(
      ...Object.entries(input).map(([name, value]) => {
        const at = [...path, name];
        refuseNull(value, at, 'a value');
        const operator = operators[name];
        if (!operator) throw badInput(at, 'is no operator', Object.keys(operators).join(', '));
        return operator(value, at);
      }),
    );
}

const isIn = <Of>(of: Of, values: readonly PredicateValue[]): Predicate<Of> =>
  values.length === 0 ? nothing : { of, in: values };

const isNull =
  <Of>(of: Of): Operator<Of> =>
  (value) =>
    value === true ? { of, isMissing: true } : not({ of, isMissing: true });

/** What a value of a filter stands for: mostly itself, an id that names nothing nothing, a number each of its readings. */
type ReadAll = (value: unknown, path: ArgumentPath) => readonly PredicateValue[];

function equality<Of>(of: Of, read: ReadAll) {
  const one: Operator<Of> = (value, path) => isIn(of, read(value, path));
  const several: Operator<Of> = (values, path) => isIn(of, readList(values, path, read).flat());
  return {
    eq: one,
    ne: (value, path) => not(one(value, path)),
    in: several,
    notIn: (values, path) => not(several(values, path)),
  } satisfies Record<string, Operator<Of>>;
}

type Read = (value: unknown, path: ArgumentPath) => PredicateValue;

const compare =
  <Of>(of: Of, is: Comparison, read: Read): Operator<Of> =>
  (value, path) => ({ of, is, value: read(value, path) });

const ordering = <Of>(of: Of, read: Read) => ({
  gt: compare(of, 'gt', read),
  gte: compare(of, 'gte', read),
  lt: compare(of, 'lt', read),
  lte: compare(of, 'lte', read),
});

const readChecked: Read = (value) => value as PredicateValue; // by GraphQL
const itself =
  (read: Read): ReadAll =>
  (value, path) => [read(value, path)];

export const intFilter = <Of>(of: Of): FieldFilter<Of> =>
  operatorsOf({ ...equality(of, itself(readChecked)), ...ordering(of, readChecked), isNull: isNull(of) });

export const decimalFilter = <Of>(of: Of): FieldFilter<Of> =>
  operatorsOf({ eq: equality(of, itself(readDecimal)).eq, ...ordering(of, readDecimal), isNull: isNull(of) });

const readMs: Read = (value, path) => msOf(readInstant(value, path));
export const dateTimeFilter = <Of>(of: Of): FieldFilter<Of> =>
  operatorsOf({ ...ordering(of, readMs), isNull: isNull(of) });

/** Of an enum; GraphQL has checked the words. */
export const enumFilter = <Of>(of: Of): FieldFilter<Of> =>
  operatorsOf({ ...equality(of, itself(readChecked)), isNull: isNull(of) });

function textFilter<Of>(of: Of, read: Read): FieldFilter<Of> {
  return operatorsOf({
    ...equality(of, itself(read)),
    startsWith: compare(of, 'startsWith', read),
    contains: compare(of, 'contains', read),
    isNull: isNull(of),
  });
}

export const stringFilter = <Of>(of: Of): FieldFilter<Of> => textFilter(of, readText);

/** Of what people write: a letter with a mark is the same in one character and in two. */
export const nameFilter = <Of>(of: Of): FieldFilter<Of> =>
  textFilter(of, (value, path) => readText(value, path).normalize());

/** Of what a viewer is not shown: nothing may be asked but whether there is any; else FORBIDDEN. */
export function hiddenFilter<Of>(of: Of, missing: Scope): FieldFilter<Of> {
  const known = operatorsOf({ isNull: isNull(of) });
  return (input, path) => {
    const other = Object.keys(input).find((name) => name !== 'isNull');
    if (other !== undefined) throw hiddenArgument([...path, other], missing, 'isNull alone');
    return known(input, path);
  };
}

/** Of ids. `read` gives the row's number, or null for an id that names nothing of the kind. */
export function idFilter<Of>(of: Of, read: (id: string) => number | null): FieldFilter<Of> {
  const ids: ReadAll = (value) => {
    const id = read(String(value));
    return id === null ? [] : [id];
  };
  return operatorsOf({ ...equality(of, ids), isNull: isNull(of) });
}

/** Numbers compare in the form in which they are stored, whatever spelling the caller uses. */
export function phoneNumberFilter<Of>(of: Of, region: string): FieldFilter<Of> {
  // What is stored may have been read by older rules.
  const readings: ReadAll = (value, path) => readingsOf(asciiDigits(readText(value, path)), region);
  const { eq, in: several } = equality(of, readings);
  return operatorsOf({
    eq,
    in: several,
    startsWith: compare(of, 'startsWith', readDigits),
    endsWith: compare(of, 'endsWith', readDigits),
    isNull: isNull(of),
  });
}

function readDigits(value: unknown, path: ArgumentPath): string {
  const text = asciiDigits(readText(value, path));
  if (!/^[\d\s+().-]*$/.test(text)) throw badInput(path, 'has something other than digits', 'digits, such as "9198"');
  return text.replace(/\D/g, '');
}
