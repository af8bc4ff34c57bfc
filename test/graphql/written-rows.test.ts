import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { contextOf } from './support/context-of.ts';

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
])('%s: an answer is to the letter what graphql-js answers, the first time and again', async (_what, query) => {
  const expected = await execute({ schema: buildSchema(), document: parse(query), contextValue: contextOf(app) });
  expect(expected.data).toBeDefined();
  for (let i = 0; i < 3; i++) {
    const text = await textOf(query);
    if (expected.errors) expect(JSON.stringify(JSON.parse(text).data)).toBe(JSON.stringify(expected.data));
    else expect(text).toBe(`${JSON.stringify({ data: expected.data, extensions: JSON.parse(text).extensions })}\n`);
  }
});
