import fc from 'fast-check';
import { directions, dispositions, outcomes, statuses } from '../../../src/calls/facts/call-enums.ts';
import type { CallFilter } from '../../../src/graphql/generated/inputs.ts';
import { coinValues, moments, names, seconds } from './random-calls.ts';
import { spellings } from './spellings.ts';
import { idMarks } from './world.ts';

type Operators = Record<string, fc.Arbitrary<unknown>>;

/** A short list, now and then an empty one. */
const few = <Value>(value: fc.Arbitrary<Value>, maxLength = 3) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.array(value, { minLength: 1, maxLength, size: 'max' }) },
    { weight: 1, arbitrary: fc.constant<Value[]>([]) },
  );

/** Some of the operators of a field, mostly one: more seldom match anything. */
function some(operators: Operators): fc.Arbitrary<Record<string, unknown>> {
  const names = fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...Object.keys(operators)).map((name) => [name]) },
    {
      weight: 3,
      arbitrary: fc.uniqueArray(fc.constantFrom(...Object.keys(operators)), { minLength: 2, maxLength: 2 }),
    },
    { weight: 1, arbitrary: fc.constant<string[]>([]) },
  );
  return names.chain((chosen) =>
    fc.record(Object.fromEntries(chosen.map((name) => [name, operators[name] as fc.Arbitrary<unknown>]))),
  );
}

const equality = (value: fc.Arbitrary<unknown>): Operators => ({
  eq: value,
  ne: value,
  in: few(value, 4),
  notIn: few(value, 4),
});
const order = (value: fc.Arbitrary<unknown>): Operators => ({ gt: value, gte: value, lt: value, lte: value });
const isNull = { isNull: fc.boolean() };

const text = (values: readonly string[], parts: readonly string[]) =>
  some({
    ...equality(fc.constantFrom(...values)),
    startsWith: fc.constantFrom(...values, ...parts),
    contains: fc.constantFrom(...values, ...parts),
    ...isNull,
  });
const nameParts = ['r', 'R', 'AV', '%', '_', '\\', 'É', 'vA', 'ж', 'म', '😀', ''];
const name = text(names, nameParts);

/** Ids of the kind, an id of another kind, and texts that are no ids at all. */
const id = (type: string, places: number) =>
  some({
    ...equality(
      fc.oneof(
        { weight: 6, arbitrary: fc.nat(places).map((index) => `#${type}:${index}`) },
        { weight: 1, arbitrary: fc.constantFrom(type === 'Agent' ? '#Campaign:0' : '#Agent:0', 'nonsense', '', '0') },
      ),
    ),
    ...isNull,
  });
const word = (words: readonly string[], nullable: boolean) =>
  some({ ...equality(fc.constantFrom(...words)), ...(nullable && isNull) });
const whole = some({
  ...equality(fc.constantFrom(...seconds, -1, 2 ** 31 - 1)),
  ...order(fc.constantFrom(...seconds, -(2 ** 31))),
  ...isNull,
});
const decimalValue = fc.constantFrom(...coinValues, '1.5', '1.500', '0.30', '-0', '99999999999999999999.9');
const decimal = some({ eq: decimalValue, ...order(decimalValue), ...isNull });
const spelling = fc.constantFrom(...spellings.map((known) => known.text));
const digits = fc.constantFrom('+91', '91', '1', '9', '09', '+1 (415)', '99', '1234', '5678', '');
const phone = some({
  eq: spelling,
  in: few(spelling),
  startsWith: digits,
  endsWith: digits,
  ...isNull,
});

/** An instant in one of the spellings that a caller may use. */
function instant(change: number): fc.Arbitrary<string> {
  return fc.tuple(moments(change), fc.constantFrom(0, 330, -570, 765)).map(([ms, offset]) => {
    const local = new Date(ms + offset * 60_000).toISOString();
    const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
    return offset === 0
      ? local
      : `${local.slice(0, -1)}00${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(Math.abs(offset) % 60)}`;
  });
}

/** A filter on calls that began around a clock change; ids are marks to be filled in. */
export function callFilter(change: number): fc.Arbitrary<CallFilter> {
  const at = some({ ...order(instant(change)), ...isNull });
  const startedAt = some(order(instant(change)));
  const account = fc.constantFrom('#Account:0', '#Account:1', 'nonsense');
  const fields: Operators = {
    accountId: some(equality(account)),
    id: id('Call', 20),
    callSid: text(['sid_0%0', 'sid_1%1', 'sid_2%9'], ['sid_1', 'SID', '%', '_', '1%1']),
    startedAt,
    endedAt: at,
    updatedAt: at,
    direction: word(directions, false),
    status: word(statuses, false),
    disposition: word(dispositions, true),
    outcome: word(outcomes, true),
    ...Object.fromEntries(
      Object.keys(idMarks)
        .filter((type) => type !== 'Account')
        .map((type) => [`${type[0]?.toLowerCase()}${type.slice(1)}Id`, id(type, 6)]),
    ),
    agentName: name,
    callGroupName: text(['Ravi', 'ravi', 'Éva 100%', '😀 desk'], [...nameParts, 'ＷＩ', 'ｗｉ']),
    campaignCode: text(['7', '70', 'a_b', 'A%'], nameParts),
    customerNumber: phone,
    agentNumber: phone,
    durationSeconds: whole,
    talkSeconds: whole,
    ringSeconds: whole,
    waitSeconds: whole,
    coins: decimal,
    providerStatus: name,
    errorCode: name,
    hasRecording: fc.boolean(),
  };
  const field = fc.constantFrom(...Object.keys(fields));
  const leaf = fc
    .oneof(
      { weight: 12, arbitrary: field.map((name) => [name]) },
      { weight: 3, arbitrary: fc.uniqueArray(field, { minLength: 2, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant<string[]>([]) },
    )
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, fields[name] as fc.Arbitrary<unknown>]))),
    );
  const nested = (depth: number): fc.Arbitrary<CallFilter> => {
    if (depth === 0) return leaf;
    const inner = nested(depth - 1);
    return fc.oneof(
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: fc.record({ and: few(inner, 2) }) },
      { weight: 2, arbitrary: fc.record({ or: few(inner) }) },
      { weight: 2, arbitrary: fc.record({ not: inner }) },
      { weight: 1, arbitrary: fc.tuple(leaf, inner).map(([outer, not]) => ({ ...outer, not })) },
      { weight: 1, arbitrary: fc.record({ or: few(inner), not: inner }) },
    );
  };
  // At the top level, where it also decides region and zone, it names accounts in one way only.
  const accountId = fc.oneof(
    ...['eq', 'ne'].map((operator) => account.map((value) => ({ [operator]: value }))),
    ...['in', 'notIn'].map((operator) =>
      fc.uniqueArray(account, { minLength: 1, maxLength: 2 }).map((values) => ({ [operator]: values })),
    ),
  );
  // Without bias: small filters match all or nothing, and there are enough of them.
  return fc
    .noBias(fc.tuple(nested(3), fc.option(accountId, { freq: 1, nil: undefined })))
    .map(([{ accountId: _elsewhere, ...filter }, chosen]) => ({ ...filter, ...(chosen && { accountId: chosen }) }));
}
