import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import {
  type ExecutionResult,
  execute,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cancellation } from '../../src/cancellation.ts';
import { answerWeights } from '../../src/graphql/limits/answer-weights.ts';
import { boundsOf as answerBounds } from '../../src/graphql/server/execute-by-plan.ts';
import { plannedExecutor } from '../../src/graphql-executor/planned-executor.ts';
import { WrittenJson } from '../../src/graphql-executor/written-json.ts';
import { drawDocument } from './support/draw-document.ts';
import { moodySchema, worldOf } from './support/moody-schema.ts';

const { schema } = moodySchema;

/** Everything of an answer that anybody could see, in order. */
function shownOf({ data, errors }: ExecutionResult): string {
  const shown = errors?.map((error) => ({
    ...error.toJSON(),
    cause: error.originalError?.message,
    nodes: error.nodes?.map(({ loc }) => [loc?.start, loc?.end]),
  }));
  return `${textOf(data)} ${JSON.stringify({ errors: shown, hasData: data !== undefined })}`;
}

const textOf = (data: unknown) => (data instanceof WrittenJson ? data.text : JSON.stringify(data));

// A promise that fails with nobody listening ends a process. graphql-js leaves some behind; a plan must leave none.
let unheard: unknown[] = [];
const note = (reason: unknown) => unheard.push(reason);
let others: NodeJS.UnhandledRejectionListener[] = [];
beforeAll(() => {
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
});
afterAll(() => {
  process.removeListener('unhandledRejection', note);
  for (const listener of others) process.on('unhandledRejection', listener);
});

const boundsOf = (maxBytes = 1e9, cancellation = new Cancellation()) => answerBounds(cancellation, maxBytes);

async function bothAnswers(
  query: string,
  variables: Record<string, unknown>,
  seed: number,
): Promise<{ expected: string; planned: string[] }> {
  const document = parse(query);
  const operation = getOperationAST(document) ?? undefined;
  const asked = { document, operation, operationName: undefined, variables, bounds: boundsOf(), tally: { weight: 0 } };
  const run = plannedExecutor(schema, answerWeights);
  const expected = await execute({ schema, document, contextValue: worldOf(seed), variableValues: variables });
  // By a plan that is not kept, then by one that is being made, then by the one that is there.
  const planned = [shownOf(await run({ ...asked, context: worldOf(seed) }))];
  await setImmediate();
  unheard = [];
  for (let i = 0; i < 2; i++) planned.push(shownOf(await run({ ...asked, context: worldOf(seed) })));
  await setImmediate();
  expect(unheard).toEqual([]);
  return { expected: shownOf(expected), planned };
}

/** The data of an execution in which every object waits for others first: what fails then fails in another order. */
async function inSlices(query: string, variables: Record<string, unknown>, seed: number): Promise<string> {
  const document = parse(query);
  const operation = getOperationAST(document) ?? undefined;
  const bounds = { ...boundsOf(), sliceMs: 0 };
  const asked = { document, operation, operationName: undefined, variables, bounds, tally: { weight: 0 } };
  return `${textOf((await plannedExecutor(schema, answerWeights)({ ...asked, context: worldOf(seed) })).data)}`;
}

describe('a query executed from a plan is answered as graphql-js answers it', () => {
  test('whatever it asks, and however fields fail', { timeout: 120_000 }, async () => {
    let [failing, deep, skipping] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (shape, seed) => {
        const { query, variables } = drawDocument(schema, shape);
        expect(validate(schema, parse(query))).toEqual([]);
        const { expected, planned } = await bothAnswers(query, variables, seed);
        expect(planned).toEqual([expected, expected, expected]);
        expect(await inSlices(query, variables, seed)).toBe(expected.slice(0, expected.lastIndexOf(' {"')));
        if (expected.includes('"path"')) failing += 1;
        if (expected.includes('friends')) deep += 1;
        if (/@(skip|include)/.test(query)) skipping += 1;
      }),
      { numRuns: 600 },
    );
    expect(Math.min(failing, deep, skipping)).toBeGreaterThan(8);
  });

  test.each([
    [
      'keys that mean something to objects',
      '{ __proto__: name constructor: name toString: name toJSON: count person { __proto__: name } }',
    ],
    [
      'only what introspection tells',
      '{ __typename __type(name: "Person") { name fields { name type { kind ofType { name } } } } }',
    ],
    [
      'the whole schema',
      '{ __schema { types { kind name fields(includeDeprecated: true) { name args { name defaultValue type { name } } } possibleTypes { name } enumValues { name } } directives { name locations } } }',
    ],
    [
      'one field twice with other fields below',
      '{ person { best { name } } person { best { count } ...on Person { best { odd } } } }',
    ],
    [
      'fragments of interfaces and unions',
      '{ any { ...N ...on Dog { owner { ...N } } ...on Person { mood } __typename } } fragment N on Named { name ...P } fragment P on Person { count }',
    ],
    ['nothing, for all is skipped', '{ name @skip(if: true) person @include(if: false) { name } }'],
    ['an argument that cannot be read when it is run', 'query ($n: Int = 1) { person { echo(n: $n) } }'],
    ['lists of lists', '{ grid { name } matrix people { grid { count } matrix } }'],
  ])('%s', async (_what, query) => {
    for (let seed = 0; seed < 40; seed++) {
      for (const variables of [{}, { n: 2 }, { n: null }, { n: 'two' }]) {
        const { expected, planned } = await bothAnswers(query, variables, seed);
        expect(planned).toEqual([expected, expected, expected]);
      }
    }
  });

  test('a switch that is no boolean when it is run', async () => {
    const query = 'query ($on: Boolean = true) { name @include(if: $on) person { name @skip(if: $on) count } }';
    const below =
      'query ($on: Boolean = true) { any { ...on Dog { owner { name @skip(if: $on) count } } } name people { best { name @include(if: $on) } } }';
    for (const variables of [{}, { on: true }, { on: false }, { on: 'yes' }, { on: null }]) {
      for (let seed = -1; seed < 40; seed++) {
        for (const asked of [query, below]) {
          const { expected, planned } = await bothAnswers(asked, variables, seed);
          expect(planned).toEqual([expected, expected, expected]);
        }
      }
    }
  });

  test('with more settings of its switches than are kept', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const query = `query (${names.map((name) => `$${name}: Boolean!`)}) { ${names.map((name) => `${name}: name @include(if: $${name})`).join(' ')} }`;
    const document = parse(query);
    const run = plannedExecutor(schema, answerWeights);
    for (let setting = 0; setting < 32; setting++) {
      const variables = Object.fromEntries(names.map((name, i) => [name, (setting & (1 << i)) > 0]));
      const told = { document, variableValues: variables };
      const expected = shownOf(await execute({ schema, ...told, contextValue: worldOf(1) }));
      const asked = {
        document,
        operation: getOperationAST(document) ?? undefined,
        operationName: null,
        variables,
        bounds: boundsOf(),
        tally: { weight: 0 },
      };
      expect(shownOf(await run({ ...asked, context: worldOf(1) }))).toBe(expected);
    }
  });

  test('with more fields than a plan may have', async () => {
    const fragments = Array.from({ length: 11 }, (_, i) => {
      const below = i === 10 ? 'name' : `a: strict { ...F${i + 1} } b: strict { ...F${i + 1} }`;
      return `fragment F${i} on Person { ${below} }`;
    });
    const { expected, planned } = await bothAnswers(`{ strict { ...F0 } } ${fragments.join(' ')}`, {}, -1);
    expect(expected.length).toBeGreaterThan(20_000);
    expect(planned).toEqual([expected, expected, expected]);
  });
});

test('mutations, operations that are not there and documents of several are answered as graphql-js answers them', async () => {
  const document = parse('query A { name } query B { count } mutation C { first: bump second: bump }');
  const run = plannedExecutor(schema, answerWeights);
  for (const operationName of ['A', 'B', 'C', 'D', undefined]) {
    const operation = getOperationAST(document, operationName) ?? undefined;
    const expected = shownOf(
      await execute({ schema, document, contextValue: worldOf(3), ...(operationName && { operationName }) }),
    );
    for (let i = 0; i < 3; i++) {
      const answer = await run({
        document,
        operation,
        operationName,
        context: worldOf(3),
        variables: null,
        bounds: boundsOf(),
        tally: { weight: 0 },
      });
      expect(shownOf(answer)).toBe(expected);
    }
  }
});

test('an answer that is large is the same, whichever part of it is written when', async () => {
  let longest = 0;
  const below = (depth: number): string =>
    depth === 0 ? 'name' : `name a: strict { ${below(depth - 1)} } b: strict { ${below(depth - 1)} }`;
  for (const query of [
    `{ strict { ${below(11)} } }`,
    `{ x: strict { ${below(9)} } people { ...P } y: strict { ${below(9)} } } fragment P on Person { ${below(6)} }`,
  ]) {
    for (const seed of [-1, 5]) {
      const { expected, planned } = await bothAnswers(query, {}, seed);
      if (seed < 0) longest = Math.max(longest, expected.length);
      expect(planned).toEqual([expected, expected, expected]);
      expect(await inSlices(query, {}, seed)).toBe(expected.slice(0, expected.lastIndexOf(' {"')));
    }
  }
  expect(longest).toBeGreaterThan(100_000);
});

test('an answer that gets too large ends while it is made, and one that nobody waits for does', async () => {
  let depth = 0;
  const Node: GraphQLObjectType = new GraphQLObjectType({
    name: 'Node',
    fields: () => ({
      text: { type: GraphQLString, resolve: () => 'x'.repeat(1000) },
      below: {
        type: new GraphQLList(Node),
        resolve: async () => {
          depth += 1;
          return Array(10).fill({});
        },
      },
    }),
  });
  const run = plannedExecutor(new GraphQLSchema({ query: Node }), answerWeights);
  const document = parse(`{ ${'below { text '.repeat(7)} ${'}'.repeat(7)} }`);
  const operation = getOperationAST(document) ?? undefined;
  for (let i = 0; i < 3; i++) {
    depth = 0;
    const bounds = boundsOf(1_048_576);
    const answer = await run({
      document,
      operation,
      operationName: null,
      variables: {},
      context: {},
      bounds,
      tally: { weight: 0 },
    });
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.map(({ originalError }) => originalError)).toEqual([
      expect.objectContaining({ code: 'TOO_EXPENSIVE' }),
    ]);
    expect(answer.errors?.[0]?.message).toContain('1 MB');
    await setTimeout(20);
    const resolved = depth;
    // Some 1,000 objects are 1 MB; all together would be ten million.
    expect(resolved).toBeLessThan(3000);
    await setTimeout(20);
    expect(depth).toBe(resolved);
  }
  const cancellation = new Cancellation();
  const bounds = boundsOf(1e9, cancellation);
  const answering = run({
    document,
    operation,
    operationName: null,
    variables: {},
    context: {},
    bounds,
    tally: { weight: 0 },
  });
  await setImmediate();
  cancellation.cancel();
  expect((await answering).errors?.map(({ originalError }) => originalError)).toEqual([
    expect.objectContaining({ code: 'TIMEOUT' }),
  ]);
});
