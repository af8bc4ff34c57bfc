import { assertObjectType, getOperationAST, parse } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits } from '../../src/access/limits.ts';
import { reader } from '../../src/access/viewer.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { makeContext } from '../../src/graphql/context.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { plannedExecutor } from '../../src/graphql-executor/planned-executor.ts';
import { WrittenJson } from '../../src/json/written-json.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { StatementCanceller } from '../../src/postgres/cancel-statement.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { placeInRow } from '../../src/query/column-field.ts';
import { SummedLog } from '../../src/summed-log.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  const accountId = app.account.id;
  const found = await insertRows(db, agents, [
    { accountId, name: 'Asha "A" \\ é', number: '+919876543210' },
    { accountId, name: null, email: 'a@example.com' },
  ]);
  const awkward = ['', 'a\tb\n\u0001"\\', 'नमस्ते 👩‍👩‍👧', '\u2028', 'long '.repeat(2000), '\u0002'.repeat(3000)];
  await insertCalls(
    db,
    awkward.flatMap((agentName, i) => [
      aCall({ accountId, agentName, agentId: found[i % 3]?.id ?? null, startedAt: `2026-01-05T10:00:0${i}.${i}00Z` }),
      aCall({ accountId, status: 'RINGING', providerStatus: agentName, coins: i === 2 ? '1.50' : null }),
    ]),
  );
});
afterAll(() => app.close());

/** The very text of an answer. */
async function textOf(query: string, variables: Record<string, unknown> = {}): Promise<string> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

const fields =
  'id callSid direction status disposition outcome agentName providerStatus startedAt endedAt talkSeconds agent { name }';

test.each([
  ['nodes', `{ calls { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`],
  ['edges', `{ calls(first: 5) { edges { cursor node { ${fields} } } } }`],
  ['nodes beside edges', `{ calls { edges { node { agentName } } nodes { agentName agent { id name number } } } }`],
  [
    'a snapshot',
    `{ calls { totalCount nodes { ${fields} } } agents { nodes { name calls { nodes { ${fields} } } } } }`,
  ],
  [
    'aliases, types and fragments',
    '{ c: calls { all: nodes { __typename n: id ...F who: agent { __typename ...on Node { i: id } t: firstCallAt } } } } fragment F on Call { again: id callSid }',
  ],
  [
    'what is skipped',
    'query ($no: Boolean! = false) { calls { nodes { id @include(if: $no) } edges { node { agent { name @skip(if: $no) number @include(if: $no) } } } } }',
  ],
  ['what needs a resolver', '{ calls { nodes { id coins agentName } } }'],
  [
    'what needs other rows',
    '{ calls { nodes { id account { name } agent { name calls(first: 1) { nodes { agentName } } } } } }',
  ],
  ['one list that fails beside another', '{ calls { nodes { id } } wrong: calls(first: 0) { nodes { id } } }'],
  ['the same object twice', '{ calls { nodes { agent { name } } } calls { nodes { agent { number } id } } }'],
])('%s: an answer from a plan is to the letter what graphql-js answers first', async (_what, query) => {
  const first = await textOf(query);
  expect(first).toContain('"data"');
  for (let i = 0; i < 2; i++) expect(await textOf(query)).toBe(first);
});

test('what of a call can be written without its resolver is told of in the schema', () => {
  const placed = (name: string) => {
    const type = assertObjectType(buildSchema().getType(name));
    return Object.values(type.getFields()).flatMap((field) => (placeInRow(field) ? [field.name] : []));
  };
  expect(placed('Call')).toEqual(['id', 'customer', 'agent', 'virtualNumber', 'callGroup', 'campaign']);
  expect(placed('Agent')).toEqual(['id']);
});

test('pages are written out of what was sent, but for what needs a resolver', async () => {
  const execute = plannedExecutor(buildSchema());
  const { db } = app.database;
  const canceller = new StatementCanceller(db.$client);
  const bounds = { cancellation: new Cancellation(), maxBytes: 1e9 };
  const log = pino({ level: 'silent' });
  const failures = new SummedLog(log);
  const service = { timeZone: 'Asia/Kolkata', region: 'IN', liveAgeLimitHours: 4, limits: defaultLimits };
  const asked = async (query: string) => {
    const document = parse(query);
    const operation = getOperationAST(document) ?? undefined;
    const answer = () => {
      const parts = {
        cancellation: new Cancellation(),
        canceller,
        requestId: 'test',
        viewer: reader,
        isForeign: false,
        refused: 0,
        openPackedCalls: null,
        service,
        log,
        failures,
      };
      const context = makeContext({ db, lists: db, writes: db, providers, ...parts });
      return execute({ document, operation, operationName: null, context, variables: {}, bounds });
    };
    return (await answer()).data;
  };
  expect(await asked(`{ calls { nodes { ${fields} } } }`)).toBeInstanceOf(WrittenJson);
  expect(await asked(`{ calls { edges { node { ${fields} } } } }`)).toBeInstanceOf(WrittenJson);
  expect(await asked('{ calls { nodes { id coins } } }')).not.toBeInstanceOf(WrittenJson);
});
