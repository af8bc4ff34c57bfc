import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecutionResult, execute, getIntrospectionQuery, getOperationAST, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cancellation } from '../../src/cancellation.ts';
import { answerWeights } from '../../src/graphql/limits/answer-weights.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { boundsOf } from '../../src/graphql/server/execute-by-plan.ts';
import { plannedExecutor } from '../../src/graphql-executor/planned-executor.ts';
import { writeResult } from '../../src/graphql-executor/written-json.ts';
import { projectFile } from '../../src/project-file.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { askOrSubscribe, isSubscription } from '../support/first-answer.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { toGlobalId } from '../support/seals.ts';
import { contextOf } from './support/context-of.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  for (let i = 0; i < 12; i++) {
    const sent = {
      ...theSampleCall,
      CallSid: `1672649960.${i}`,
      SourceNumber: `98123456${10 + (i % 5)}`,
      DialWhomNumber: i % 4 === 0 ? '' : `92812345${60 + (i % 3)}`,
      receiver_name: i % 4 === 0 ? '' : `Agent ${i % 3}`,
      campid: i % 2 === 0 ? `${i}` : '',
      call_group: i % 3 === 0 ? 'Sales' : '',
      Coins: i % 2 === 0 ? '1.50' : '',
    };
    expect(await app.send(sent)).toBe(200);
  }
});
afterAll(() => app?.close());

const folder = projectFile('docs', 'queries');
const documents = readdirSync(folder).map((name): [string, string, Record<string, unknown>?] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
]);
const everyRelative =
  'account { name } agent { id name } campaign { campaignCode } callGroup { name } virtualNumber { number } customer { number }';
const corpus: [string, string, Record<string, unknown>?][] = [
  ['introspection', getIntrospectionQuery({ descriptions: false })],
  [
    'all that took part',
    `{ calls(first: 7) { nodes { id ${everyRelative} } edges { cursor node { callSid agent { name } } } pageInfo { endCursor hasNextPage } totalCount } }`,
  ],
  [
    'fragments, aliases, interfaces',
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ...on Call { ...C } ...on Agent { name calls(first: 2) { nodes { ...C } } } } x: node(id: "nothing") { id } } fragment C on Call { sid: callSid agent { n: name } agent { id } }`,
    { ids: [toGlobalId('Call', 1), toGlobalId('Agent', 1), toGlobalId('Campaign', 99), 'odd'] },
  ],
  [
    'skip and include',
    'query ($on: Boolean! = true, $off: Boolean = false) { calls { nodes { id @skip(if: $on) callSid @include(if: $on) agent @include(if: $off) { name } } } accounts @skip(if: $off) { name } }',
  ],
  [
    'defaults and variables',
    'query ($first: Int = 3, $filter: CallFilter, $order: CallOrder) { calls(first: $first, filter: $filter, orderBy: $order) { nodes { id startedAt talkSeconds } } }',
    { filter: { talkSeconds: { gte: 1 } }, order: { field: 'TALK_SECONDS', direction: 'ASC' } },
  ],
  [
    'variables of a wrong type',
    'query ($first: Int!, $filter: CallFilter) { calls(first: $first, filter: $filter) { nodes { id } } }',
    { first: 'ten', filter: { status: { eq: 'GONE' }, talkSeconds: { gt: 1.5 } } },
  ],
  [
    'a null for what must not be',
    'query ($first: Int) { callMetrics(range: { last: "P1D" }) { timeSeries(interval: DAY) { metrics { shortAbandonedCount(shortAbandonSeconds: $first) } } } }',
    { first: null },
  ],
  [
    'arguments refused in the middle of lists',
    '{ agents { nodes { name calls(first: 0) { nodes { id } } } } callMetrics(range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }) { totals { callCount talkTime { percentile(p: 200) average } } breakdown(by: [AGENT, DIRECTION]) { nodes { agent { name } direction metrics { answerRate { value } talkTime { p: percentile(p: 0) } } calls(first: 3) { nodes { callSid } totalCount } } } } }',
  ],
  [
    'errors that make a parent null',
    '{ calls { nodes { id customer { calls(last: 900) { nodes { id } } } } } agents(filter: { name: { eq: null } }) { nodes { id } } }',
  ],
  ['several operations without a name', 'query A { accounts { name } } query B { accounts { id } }'],
  ['a mutation', 'mutation { updateAgent(id: "nothing", name: "x") { id } }'],
  [
    'webhook events',
    '{ webhookEvents(first: 5) { nodes { id state kind payload call { callSid agent { name } } } } webhookHealth { refusedSinceStart } }',
  ],
];

/** What was answered, but for what is new each time, and for which of several errors came first. */
function withoutChance({ errors, ...answer }: GraphqlAnswer): string {
  const shown = errors?.map(({ extensions: { requestId: _requestId, ...extensions }, ...error }) => ({
    ...error,
    extensions,
  }));
  const sorted = shown?.map((error) => JSON.stringify(error)).sort();
  return JSON.stringify({ ...answer, errors: sorted }).replace(
    /"(now|serverTime|dataThrough|from|to)":"[^"]*"/g,
    '"$1":"…"',
  );
}

test.each([...documents, ...corpus])(
  '%s is answered the same the first time and again, from a plan that was kept',
  async (_what, query, variables) => {
    const ask = async () => withoutChance(await askOrSubscribe(app, query, variables));
    const first = await ask();
    for (let i = 0; i < 2; i++) expect(await ask()).toBe(first);
  },
);

// graphql-js's own execute answers no subscriptions.
test.each([...documents.filter(([, text]) => !isSubscription(text)), ...corpus])(
  '%s is answered as graphql-js answers it',
  async (_what, query, variables = {}) => {
    const document = parse(query);
    const schema = buildSchema();
    const shownOf = ({ data, errors }: ExecutionResult) => {
      const shown = errors?.map((error) => ({
        ...error.toJSON(),
        extensions: { cause: error.originalError?.message },
      }));
      const answer = JSON.parse(writeResult({ data: data ?? null }));
      return withoutChance({ status: 200, ...answer, errors: shown });
    };
    const expected = shownOf(
      await execute({ schema, document, variableValues: variables, contextValue: contextOf(app) }),
    );
    const run = plannedExecutor(schema, answerWeights);
    const operation = getOperationAST(document) ?? undefined;
    for (let i = 0; i < 3; i++) {
      const bounds = boundsOf(new Cancellation(), 1e9);
      const told = { document, operation, operationName: undefined, variables, bounds, tally: { weight: 0 } };
      expect(shownOf(await run({ ...told, context: contextOf(app) }))).toBe(expected);
    }
  },
);

test('each field of a call is the same when asked alone as when all are, so none lacks its columns', async () => {
  const call = buildSchema().getType('Call');
  if (!isObjectType(call)) throw new Error('the schema has no calls');
  const below: Record<string, string> = Object.fromEntries(
    everyRelative.match(/\w+ \{[^}]*\}/g)?.map((text) => [text.split(' ')[0], text]) ?? [],
  );
  const fields = Object.keys(call.getFields()).map((name) => below[name] ?? name);
  type Answer = { calls: { nodes: Record<string, unknown>[]; edges: { node: Record<string, unknown> }[] } };
  const { calls } = await app.query<Answer>(`{ calls { nodes { ${fields.join(' ')} } } }`);
  expect(calls.nodes).toHaveLength(12);
  for (const field of fields) {
    const name = field.split(' ')[0] as string;
    const values = calls.nodes.map((node) => node[name]);
    const query = `{ calls { nodes { ${field} } edges { node { ...F } } } } fragment F on Call { ...on Node { ...on Call { ${field} } } }`;
    const alone = await app.query<Answer>(query);
    expect(alone.calls.nodes.map((node) => node[name])).toEqual(values);
    expect(alone.calls.edges.map(({ node }) => node[name])).toEqual(values);
  }
});
