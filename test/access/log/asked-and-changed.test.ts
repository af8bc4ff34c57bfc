import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { administrator, scopes, type Viewer } from '../../../src/access/viewer.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../../support/app.ts';
import { insertAccount } from '../../support/factories.ts';
import { theSampleCall } from '../../support/sample-call.ts';

let app: TestApp;
let other: number;
const viewers = new Map<string, Viewer>();
beforeAll(async () => {
  app = await startApp({ viewerOf: (name = 'all') => viewers.get(name) as Viewer });
  other = (await insertAccount(app.database.db, { name: 'bravo' })).id;
  const bound = (name: string, accounts: number[], of: Viewer['scopes'] = scopes) =>
    viewers.set(name, { name, accounts, scopes: of });
  viewers.set('all', { ...administrator, name: 'all' });
  bound('own', [app.account.id]);
  bound('other', [other]);
  bound('both', [app.account.id, other]);
  bound('reads', [app.account.id], ['calls']);
});
afterAll(() => app?.close());
beforeEach(async () => {
  await settled();
  await app.database.pool.query('truncate access_log');
});

type Entry = Record<string, unknown>;
const fields = 'at viewer operationType operationName change changedId status code';

async function ask(who: string, query: string, variables: object = {}): Promise<GraphqlAnswer> {
  const reply = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: who },
    body: JSON.stringify({ query, variables }),
  });
  return { status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
}

const entries = async (who: string, args = '(first: 100)') =>
  ((await ask(who, `{ accessLog${args} { nodes { ${fields} } } }`)).data?.accessLog as { nodes: Entry[] } | null)
    ?.nodes;

/** Waits until everything that was asked before has been written. */
async function settled(): Promise<void> {
  const name = `Settled${Math.random().toString(36).slice(2, 10)}`;
  await ask('all', `query ${name} { accounts { id } }`);
  await expect
    .poll(async () => {
      const { rows } = await app.database.pool.query('select from access_log where operation_name = $1', [name]);
      return rows.length;
    })
    .toBe(1);
  await app.database.pool.query('delete from access_log where operation_name = $1', [name]);
}

test('a question is found by the id of its request, which its answer tells', async () => {
  const reply = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'own', 'x-request-id': 'to-be-found' },
    body: JSON.stringify({ query: 'query Told { accounts { id } }' }),
  });
  expect(reply.headers.get('x-request-id')).toBe('to-be-found');
  const find = async () => {
    const { data } = await ask(
      'all',
      '{ accessLog(filter: { requestId: { eq: "to-be-found" } }) { nodes { operationName requestId } } }',
    );
    return (data?.accessLog as { nodes: unknown[] } | undefined)?.nodes;
  };
  await expect.poll(find).toEqual([{ operationName: 'Told', requestId: 'to-be-found' }]);
  await app.database.pool.query("delete from access_log where request_id = 'to-be-found'");
});

test('a question is in the log within a second, with the name of its operation and none of its values', async () => {
  const began = Date.now();
  await ask('own', 'query CallsOf($filter: CallFilter) { calls(filter: $filter) { nodes { callSid } } }', {
    filter: { callSid: { eq: 'a-secret-sid' } },
  });
  const find = () => entries('all', '(filter: { operationName: { eq: "CallsOf" } })');
  await expect.poll(find, { timeout: 1200, interval: 50 }).toHaveLength(1);
  const [entry] = (await find()) ?? [];
  expect(entry).toEqual({
    at: expect.any(String),
    viewer: 'own',
    operationType: 'QUERY',
    operationName: 'CallsOf',
    change: null,
    changedId: null,
    status: 200,
    code: null,
  });
  expect(Math.abs(Date.parse(entry?.at as string) - began)).toBeLessThan(5000);
  const { rows } = await app.database.pool.query('select l::text as text from access_log l');
  expect(JSON.stringify(rows)).not.toContain('a-secret-sid');
});

test.each([
  ['a question that cannot be read', '{ calls { ', 400, null, 'GRAPHQL_PARSE_FAILED'],
  ['one for which a scope is missing', 'query Q { webhookHealth { waiting } }', 403, 'QUERY', 'FORBIDDEN'],
  ['one that asks for too much', `{ ${'a: calls { nodes { id } } '.repeat(101)} }`, 400, null, 'TOO_EXPENSIVE'],
  ['a change that is refused', 'mutation { updateAgent(id: "x", name: "a") { id } }', 403, 'MUTATION', 'FORBIDDEN'],
])('%s is there with its code', async (_what, query, status, operationType, code) => {
  await ask('reads', query);
  await settled();
  expect(await entries('all', '(filter: { viewer: { eq: "reads" } })')).toMatchObject([
    { viewer: 'reads', status, operationType, code },
  ]);
});

test('an operation is named without what may be a number, and by 64 characters at most', async () => {
  await ask('own', 'query Of_919812345678 { accounts { id } }');
  await ask('own', `query ${'N'.repeat(200)} { accounts { id } }`);
  await settled();
  const names = ((await entries('all', '(filter: { viewer: { eq: "own" } })')) ?? []).map(
    (entry) => entry.operationName as string,
  );
  expect(names.map((name) => name.length <= 64)).toEqual([true, true]);
  expect(names[1]).toMatch(/^Of_\D*\d{0,5}$/);
});

test('the log is for administrators, and of keys all of whose accounts are the asking one', async () => {
  const who = ['own', 'other', 'both', 'reads', 'all'];
  for (const name of who) await ask(name, 'query Mine { accounts { id } }');
  await settled();
  const seenBy = async (name: string) =>
    ((await entries(name, '(filter: { operationName: { eq: "Mine" } })')) ?? []).map(({ viewer }) => viewer).sort();
  expect(await seenBy('all')).toEqual(['all', 'both', 'other', 'own', 'reads']);
  expect(await seenBy('both')).toEqual(['both', 'other', 'own', 'reads']);
  expect(await seenBy('own')).toEqual(['own', 'reads']);
  expect(await seenBy('other')).toEqual(['other']);
  const refused = await ask('reads', '{ accessLog { nodes { viewer } } accessLogLost }');
  expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect((await ask('own', '{ accessLogLost }')).data).toEqual({ accessLogLost: 0 });
  expect((await ask('all', '{ accessLogLost }')).data).toEqual({ accessLogLost: 0 });
});

test('pages are Relay connections, the newest first', async () => {
  for (let n = 0; n < 7; n++) await ask('own', `query Page${n} { accounts { id } }`);
  await settled();
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const filter = 'filter: { operationName: { startsWith: "Page" } }';
    const { data } = await ask(
      'own',
      `{ accessLog(first: 3, ${filter}${after}) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { operationName } } } }`,
    );
    const page = data?.accessLog as {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      edges: { node: { operationName: string } }[];
    };
    expect(page.totalCount).toBe(7);
    seen.push(...page.edges.map(({ node }) => node.operationName));
    if (!page.pageInfo.hasNextPage) break;
    after = `, after: "${page.pageInfo.endCursor}"`;
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `Page${n}`));
});

test('who gave a name is there with the change, and with neither name; what failed is no change', async () => {
  await app.send(theSampleCall);
  const { data } = await ask('all', '{ agents { nodes { id } } }');
  const id = (data as { agents: { nodes: { id: string }[] } }).agents.nodes[0]?.id;
  await ask('own', 'mutation Rename($id: ID!) { updateAgent(id: $id, name: "Somebody Secret") { name } }', { id });
  await ask('own', 'mutation Rename($id: ID!) { updateAgent(id: $id, name: null) { name } }', { id });
  await ask('other', 'mutation Rename($id: ID!) { updateAgent(id: $id, name: "Mine") { name } }', { id });
  await settled();
  const changes = await entries('all', '(filter: { isChange: true })');
  expect(changes).toEqual([
    { at: expect.any(String), viewer: 'own', change: 'name of agent taken back', changedId: id, ...ofNoQuestion },
    { at: expect.any(String), viewer: 'own', change: 'name of agent given', changedId: id, ...ofNoQuestion },
  ]);
  expect(await entries('other', '(filter: { isChange: true })')).toEqual([]);
  const { rows: all } = await app.database.pool.query('select l::text as text from access_log l');
  expect(JSON.stringify(all)).not.toMatch(/Somebody|Ashish/);
});

const ofNoQuestion = { operationType: null, operationName: null, status: null, code: null };
