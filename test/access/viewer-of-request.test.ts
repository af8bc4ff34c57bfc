import { isNonNullType, isScalarType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLoopback } from '../../src/access/host-name.ts';
import { administrator, reader } from '../../src/access/viewer.ts';
import { viewerOfRequest } from '../../src/access/viewer-of-request.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';

const token = 'an-admin-token-for-tests';
const mutations = Object.values(buildSchema().getMutationType()?.getFields() ?? {});

/** A call of a mutation with the least that its arguments allow. */
function leastCall({ name, args }: (typeof mutations)[number]): string {
  const needed = args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  const given = needed.map(
    (arg) => `${arg.name}: ${isNonNullType(arg.type) && isScalarType(arg.type.ofType) ? '"x"' : '{}'}`,
  );
  return `mutation { ${name}(${given.join(', ')}) { __typename } }`;
}

async function ask(app: TestApp, query: string, authorization?: string): Promise<GraphqlAnswer> {
  const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
  const reply = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
}

const codesOf = ({ errors }: GraphqlAnswer) => errors?.map(({ extensions }) => extensions.code);

describe('a service that others can reach', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ admin: { host: '0.0.0.0', token } });
  });
  afterAll(() => app.close());

  test.each(mutations.map((field) => [field.name, leastCall(field)]))(
    '%s is FORBIDDEN without the token, whatever else is wrong with it',
    async (_name, query) => {
      expect(codesOf(await ask(app, query))).toEqual(['FORBIDDEN']);
    },
  );

  test.each([
    ['another token', 'Bearer another-admin-token-00'],
    ['one letter less', `Bearer ${token.slice(0, -1)}`],
    ['one letter more', `Bearer ${token}x`],
    ['no token', 'Bearer '],
    ['another scheme', `Basic ${token}`],
    ['no scheme', token],
  ])('%s is FORBIDDEN', async (_what, authorization) => {
    expect(codesOf(await ask(app, 'mutation { updateAgent(id: "x", name: "A") { id } }', authorization))).toEqual([
      'FORBIDDEN',
    ]);
  });

  test.each([`Bearer ${token}`, `bearer  ${token}`])('%s is let in', async (authorization) => {
    expect(codesOf(await ask(app, 'mutation { updateAgent(id: "x", name: "A") { id } }', authorization))).toEqual([
      'NOT_FOUND',
    ]);
  });

  test('what is refused says which scope is needed, and never the token', async () => {
    const { errors } = await ask(
      app,
      'mutation { updateAgent(id: "x", name: "A") { id } }',
      'Bearer wrong-token-000000',
    );
    expect(errors?.[0]?.message).toContain('names:write');
    expect(JSON.stringify([errors, app.logged])).not.toMatch(/an-admin-token|wrong-token/);
  });

  test('questions about calls need no token', async () => {
    expect((await ask(app, '{ accounts { name } }')).data).toEqual({ accounts: [{ name: 'default' }] });
  });
});

test('without a token nobody is let in where others can reach the service', () => {
  const gate = viewerOfRequest({ host: '0.0.0.0' });
  for (const sent of [undefined, '', 'Bearer ', 'Bearer undefined', 'Bearer null']) expect(gate(sent)).toBe(reader);
});

test.each(['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
  '%s is this machine alone: everybody there is an administrator',
  (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(viewerOfRequest({ host })(undefined)).toBe(administrator);
  },
);

test('where there is a token, being on this machine is not enough', () => {
  const gate = viewerOfRequest({ host: '127.0.0.1', token });
  expect(gate(undefined)).toBe(reader);
  expect(gate(`Bearer ${token}`)).toBe(administrator);
});

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '192.168.1.4',
  '::2',
  '::ffff:10.0.0.1',
  'calls.example.com',
  '127.1.example.com',
])('%s can be reached by others', (host) => {
  expect(isLoopback(host)).toBe(false);
  expect(viewerOfRequest({ host })(undefined)).toBe(reader);
});
