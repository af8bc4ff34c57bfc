import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { type ExecutionResult, execute, getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plannedExecutor } from '../../src/graphql/execution/planned-executor.ts';
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
  return JSON.stringify({ data, errors: shown, hasData: data !== undefined });
}

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

async function bothAnswers(
  query: string,
  variables: Record<string, unknown>,
  seed: number,
  { fallsBack = false } = {},
): Promise<{ expected: string; planned: string[] }> {
  const document = parse(query);
  const operation = getOperationAST(document) ?? undefined;
  const asked = { document, operation, operationName: undefined, variables };
  const run = plannedExecutor(schema);
  const expected = await execute({ schema, document, contextValue: worldOf(seed), variableValues: variables });
  // The first time graphql-js answers, then the plan that is being made, then the plan that is there.
  const planned = [shownOf(await run({ ...asked, context: worldOf(seed) }))];
  await setImmediate();
  unheard = [];
  for (let i = 0; i < 2; i++) planned.push(shownOf(await run({ ...asked, context: worldOf(seed) })));
  await setImmediate();
  if (!fallsBack) expect(unheard).toEqual([]);
  return { expected: shownOf(expected), planned };
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
    for (const variables of [{}, { on: true }, { on: false }, { on: null }, { on: 'yes' }]) {
      const { expected, planned } = await bothAnswers(query, variables, 7, { fallsBack: true });
      expect(planned).toEqual([expected, expected, expected]);
    }
  });

  test('with more settings of its switches than are kept', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const query = `query (${names.map((name) => `$${name}: Boolean!`)}) { ${names.map((name) => `${name}: name @include(if: $${name})`).join(' ')} }`;
    const document = parse(query);
    const run = plannedExecutor(schema);
    for (let setting = 0; setting < 32; setting++) {
      const variables = Object.fromEntries(names.map((name, i) => [name, (setting & (1 << i)) > 0]));
      const told = { document, variableValues: variables };
      const expected = shownOf(await execute({ schema, ...told, contextValue: worldOf(1) }));
      const asked = { document, operation: getOperationAST(document) ?? undefined, operationName: null, variables };
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

test('mutations, operations that are not there and documents of several are left to graphql-js', async () => {
  const document = parse('query A { name } query B { count } mutation C { first: bump second: bump }');
  const run = plannedExecutor(schema);
  for (const operationName of ['A', 'B', 'C', 'D', undefined]) {
    const operation = getOperationAST(document, operationName) ?? undefined;
    const expected = shownOf(
      await execute({ schema, document, contextValue: worldOf(3), ...(operationName && { operationName }) }),
    );
    for (let i = 0; i < 3; i++) {
      const answer = await run({ document, operation, operationName, context: worldOf(3), variables: null });
      expect(shownOf(answer)).toBe(expected);
    }
  }
});
