import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../src/access/limits.ts';
import { operationCounter } from '../../../src/graphql/limits/limit-operations.ts';
import { buildSchema } from '../../../src/graphql/schema.ts';

const schema = buildSchema();
const defaults = { timeZone: 'Asia/Kolkata' };
const repeat = (times: number, text: (i: number) => string) =>
  Array.from({ length: times }, (_, i) => text(i)).join(' ');

/** Fragments that each spread the next several times. */
const doubling = (length: number, times: number, on: string, last: string, around = (inner: string) => inner) =>
  repeat(
    length,
    (i) => `fragment F${i} on ${on} { ${i === length - 1 ? last : around(`...F${i + 1} `.repeat(times))} }`,
  );

const month = 'range: { last: "P1Y" }';
const big = { or: Array.from({ length: 900 }, () => ({})) };
const long = Array.from({ length: 9000 }, (_, i) => `x${i}`);

const documents: [what: string, query: string, variables?: Record<string, unknown>][] = [
  ['fragments that double', `{ accounts { ...F0 } } ${doubling(400, 2, 'Account', 'name')}`],
  [
    'fragments that double in lists',
    `{ agents { nodes { ...F0 } } } ${doubling(100, 3, 'Agent', 'name', (inner) => `calls { nodes { agent { ${inner} } } }`)}`,
  ],
  [
    'fragments in each other',
    `{ accounts { ${repeat(300, (i) => `...F${i}`)} } } ${repeat(300, (i) => `fragment F${i} on Account { name id }`)}`,
  ],
  ['a chain of fragments', `{ accounts { ...F0 } } ${doubling(390, 1, 'Account', 'name', (inner) => `name ${inner}`)}`],
  ['a circle', `{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }`],
  [
    'circles of all with all',
    `{ ...F0 } ${repeat(50, (i) => `fragment F${i} on Query { ${repeat(50, (j) => (j === i ? '' : `...F${j}`))} }`)}`,
  ],
  [
    'a circle through lists',
    '{ agents { nodes { ...A } } } fragment A on Agent { calls { nodes { agent { ...A ...A } } } }',
  ],
  ['selections in each other', `{ ${'calls { nodes { agent { '.repeat(330)} name ${'} } } '.repeat(330)} }`],
  ['many fields', `{ accounts { ${'name '.repeat(3990)} } }`],
  [
    'abstract types',
    `{ nodes(ids: ["a"]) { ${repeat(150, () => '... on Agent { calls { nodes { id } } } ... on Campaign { calls { nodes { id } } }')} } }`,
  ],
  [
    'introspection',
    `{ __schema { types { ${repeat(60, (i) => `fields { type { ofType { fields { type { ofType { fields { args { type { a${i}: name } } } } } } } } }`)} } } }`,
  ],
  [
    'introspection of many types',
    `{ ${repeat(29, (i) => `a${i}: __type(name: "Call") { fields { type { ofType { fields { name type { ofType { fields { args { name } } } } } } } } }`)} }`,
  ],
  [
    'many series',
    `{ callMetrics(${month}) { ${repeat(90, (i) => `a${i}: timeSeries(interval: ${i % 2 ? 'HOUR' : 'QUARTER_HOUR'}) { label }`)} } }`,
  ],
  [
    'many ranges',
    `{ ${repeat(29, (i) => `a${i}: callMetrics(range: { last: "P1YT${i + 1}H" }, timeZone: "UTC") { timeSeries(interval: HOUR) { label } }`)} }`,
  ],
  [
    'ranges of all time',
    `{ ${repeat(29, (i) => `a${i}: callMetrics(range: { between: { from: "0001-01-01T00:00:00Z", to: "9999-12-31T00:00:00Z" } }) { timeSeries(interval: ${i % 2 ? 'DAY' : 'MONTH'}) { label } }`)} }`,
  ],
  [
    'a filter used again and again',
    `query ($f: CallFilter) { ${repeat(29, (i) => `a${i}: calls(filter: { or: [$f, $f, $f, $f, $f] }) { totalCount }`)} }`,
    { f: big },
  ],
  [
    'a list used again and again',
    `query ($in: [String!]) { agents { nodes { ${repeat(90, (i) => `a${i}: calls(filter: { callSid: { in: $in } }) { totalCount }`)} } } }`,
    { in: long },
  ],
  [
    'empty lists in a list',
    'query ($f: CallFilter) { calls(filter: $f) { totalCount } }',
    { f: { or: Array.from({ length: 80_000 }, () => []) } },
  ],
  [
    'wide histograms',
    `query ($b: [Int!]!) { callMetrics(${month}) { totals { ${repeat(90, (i) => `a${i}: talkTime { histogram(bounds: $b) { count } }`)} } } }`,
    { b: Array.from({ length: 50_000 }, (_, i) => i) },
  ],
  ['values in each other', `{ nodes(ids: ${'['.repeat(1900)}${']'.repeat(1900)}) { id } }`],
  ['comments', `${'#\n'.repeat(120_000)}{ accounts { name } }`],
  ['lines', `${'\n'.repeat(250_000)}{ accounts { name } }`],
  ['a long line of comment', `#${' '.repeat(250_000)}\n{ accounts { name } }`],
  ['a long string', `{ callBySid(callSid: "${'x'.repeat(250_000)}") { id } }`],
  ['a long block string', `{ callBySid(callSid: """${'x '.repeat(120_000)}""") { id } }`],
  ['many tokens', '{'.repeat(250_000)],
  ['many operations', `${repeat(280, (i) => `query Q${i} { ...F0 }`)} ${doubling(200, 1, 'Query', '__typename')}`],
];

describe('counting takes no longer than the text is', () => {
  test.each(documents)('%s', (_what, query, variables = {}) => {
    const attempts = Array.from({ length: 5 }, () => {
      const count = operationCounter({ schema, limits: defaultLimits, defaults });
      // Of the processor: other tests run beside this one.
      const start = process.cpuUsage();
      try {
        count({ query, operationName: undefined, variables });
      } catch {
        // Refused, as most of these are.
      }
      return process.cpuUsage(start).user / 1000;
    });
    expect(Math.min(...attempts)).toBeLessThan(20);
  });
});
