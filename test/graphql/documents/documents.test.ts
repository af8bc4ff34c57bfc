import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administrator } from '../../../src/access/viewer.ts';
import { projectFile } from '../../../src/project-file.ts';
import { sha256 } from '../../../src/sha256.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const folder = projectFile('docs', 'queries');
const examples = readdirSync(folder).map((file) => ({
  name: file.replace('.graphql', ''),
  text: readFileSync(`${folder}/${file}`, 'utf8'),
}));
const accounts = {
  name: 'boards/accounts',
  text: '\nquery Accounts($other: ID = "none") { accounts { name } node(id: $other) { id } }\nquery Names { accounts { name } }\n\n',
};
const rename = {
  name: 'rename',
  text: 'mutation Rename($id: ID!, $name: String!) { updateCampaign(id: $id, name: $name) { id name } }',
};
const held = [...examples, accounts, rename];

type Told = { status: number; data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] };
const told = async (response: Response): Promise<Told> => ({
  status: response.status,
  ...((await response.json()) as object),
});
const headersOf = (key: string) => ({ 'content-type': 'application/json', authorization: key });
const post = async (app: TestApp, body: unknown, key = '') =>
  told(await fetch(`${app.url}/graphql`, { method: 'POST', headers: headersOf(key), body: JSON.stringify(body) }));
const get = async (app: TestApp, asked: Record<string, string> | [string, string][], key = '') =>
  told(await fetch(`${app.url}/graphql?${new URLSearchParams(asked)}`, { headers: headersOf(key) }));

const bound = 'documents only';
const viewerOf = (authorization?: string) =>
  authorization === bound ? { ...administrator, documentsOnly: true } : administrator;

let any: TestApp;
let only: TestApp;
let none: TestApp;

beforeAll(async () => {
  any = await startApp({ viewerOf, documents: { held, isOnly: false } });
  only = await startApp({ documents: { held, isOnly: true } });
  none = await startApp({ viewerOf });
});
afterAll(() => Promise.all([any, only, none].map((app) => app.close())));

const shown = { data: { accounts: [{ name: 'default' }], node: null } };

describe('a document', () => {
  test.each([
    ['its name', 'boards/accounts'],
    ['the hash of its file', `sha256:${sha256(accounts.text).toString('hex')}`],
    [
      'the hash of its text without the white space around it',
      `sha256:${sha256(accounts.text.trim()).toString('hex')}`,
    ],
  ])('is asked by %s, by POST and by GET, with variables and the name of an operation', async (_by, documentId) => {
    const variables = { other: 'nobody' };
    for (const app of [any, only]) {
      const asked = { documentId, operationName: 'Accounts' };
      expect(await post(app, { ...asked, variables })).toMatchObject({ status: 200, ...shown });
      expect(await get(app, { ...asked, variables: JSON.stringify(variables) })).toMatchObject({
        status: 200,
        ...shown,
      });
      const names = await post(app, { documentId, operationName: 'Names' });
      expect(names.data).toEqual({ accounts: shown.data.accounts });
    }
  });

  test('is answered as its text is, errors too', async () => {
    for (const { name, text } of examples) {
      const [byText, byName] = [await post(any, { query: text }), await post(any, { documentId: name })];
      expect(byName.status, name).toBe(byText.status);
      expect(Object.keys(byName.data ?? byName)).toEqual(Object.keys(byText.data ?? byText));
      expect(byName.errors?.map(({ message }) => message)).toEqual(byText.errors?.map(({ message }) => message));
    }
    const wrong = { variables: { other: 7.5 }, operationName: 'Accounts' };
    expect(await post(any, { documentId: accounts.name, ...wrong })).toEqual(
      await post(any, { query: accounts.text, ...wrong }),
    );
    const missing = { variables: {}, operationName: 'Nobody' };
    expect(await get(any, { documentId: accounts.name, operationName: 'Nobody' })).toEqual(
      await get(any, { query: accounts.text, operationName: 'Nobody' }),
    );
    expect(await post(any, { documentId: accounts.name, ...missing })).toEqual(
      await post(any, { query: accounts.text, ...missing }),
    );
  });

  test('that changes something is asked by POST alone', async () => {
    const variables = { id: 'nobody', name: 'renamed' };
    const answer = await get(any, { documentId: 'rename', variables: JSON.stringify(variables) });
    expect(answer.status).toBe(405);
    const sent = await post(any, { documentId: 'rename', variables });
    expect(sent.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['of no known name', { documentId: 'board/accounts' }, 'this service holds no such document'],
    ['named like a part of every object', { documentId: 'constructor' }, 'this service holds no such document'],
    ['of an unknown hash', { documentId: `sha256:${'0'.repeat(64)}` }, 'this service holds no such document'],
    ['beside a query', { documentId: 'rename', query: '{ __typename }' }, 'it stands beside query'],
    ['beside an empty query', { documentId: 'rename', query: '' }, 'it stands beside query'],
    ['that is no text', { documentId: 7 }, 'it is not one text'],
    ['that is several', { documentId: ['rename'] }, 'it is not one text'],
  ])('%s is refused with what is allowed', async (_what, body, problem) => {
    const allowed = 'the name of a document of this service, or sha256: and the hash of its text, in place of query';
    for (const app of [any, only]) {
      expect(await post(app, body)).toEqual({
        status: 400,
        errors: [
          {
            message: `documentId: ${problem}. Allowed: ${allowed}.`,
            extensions: { code: 'BAD_USER_INPUT', argument: ['documentId'], allowed },
          },
        ],
      });
    }
  });

  test('is asked once in an address', async () => {
    const answer = await get(any, [
      ['documentId', 'rename'],
      ['documentId', 'boards/accounts'],
    ]);
    expect([answer.status, answer.errors?.[0]?.message]).toEqual([400, expect.stringContaining('it is not one text')]);
  });

  test('is unknown where the service holds none', async () => {
    const answer = await post(none, { documentId: 'rename' });
    expect([answer.status, answer.errors?.[0]?.message]).toEqual([400, expect.stringContaining('DOCUMENTS_DIR')]);
  });

  test('is what clients send that leave out a null', async () => {
    const query = '{ accounts { name } }';
    expect((await post(any, { query, documentId: null })).status).toBe(200);
    expect((await post(any, { query: null, documentId: accounts.name, operationName: 'Names' })).status).toBe(200);
  });
});

describe('where only documents of the service may be asked', () => {
  /** By the setting, and by the key. */
  const places = () =>
    [
      [only, ''],
      [any, bound],
      [none, bound],
    ] as const;

  test('anything else is FORBIDDEN', async () => {
    const fine = '{ accounts { name } }';
    const hash = sha256(fine).toString('hex');
    for (const [app, key] of places()) {
      for (const body of [
        { query: fine },
        { query: '{ __schema { types { name } } }' },
        { query: accounts.text.replace('name', 'id') },
        { query: `${accounts.text} query More { accounts { id } }`, operationName: 'More' },
        { query: fine, extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
        { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
        { query: [accounts.text] },
        [{ documentId: accounts.name }],
        [{ query: fine }],
        {},
        'text',
      ]) {
        const answer = await post(app, body, key);
        expect([answer.status, answer.data], JSON.stringify(body)).toEqual([
          expect.toSatisfy((status) => status === 403 || status === 400),
          undefined,
        ]);
      }
      const answer = await post(app, { query: fine }, key);
      expect([answer.status, answer.errors?.[0]?.extensions]).toEqual([
        403,
        { code: 'FORBIDDEN', missing: ['documents'] },
      ]);
      expect((await get(app, { query: fine }, key)).status).toBe(403);
      expect(
        (
          await get(
            app,
            [
              ['query', accounts.text],
              ['query', fine],
            ],
            key,
          )
        ).status,
      ).toBeGreaterThanOrEqual(400);
    }
  });

  test.each(['calls.csv?last=P7D', 'metrics.csv?last=P7D&metrics=callCount'])('no export is: %s', async (path) => {
    for (const [app, key] of places()) {
      const answer = await fetch(`${app.url}/export/${path}`, { headers: { authorization: key } });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'FORBIDDEN']);
    }
    const other = await fetch(`${any.url}/export/${path}`);
    expect([other.status, (await other.text()).length > 0]).toEqual([200, true]);
  });

  test('their texts may, for clients that cannot send a name', async () => {
    for (const [app, key] of places().slice(0, 2)) {
      for (const query of [accounts.text, ` ${accounts.text.trim()}\n`]) {
        expect(await post(app, { query, operationName: 'Accounts' }, key)).toMatchObject(shown);
        expect(await get(app, { query, operationName: 'Accounts' }, key)).toMatchObject(shown);
      }
    }
  });

  test('no text passes that is none of them, however near it is', async () => {
    const letters = fc.constantFrom(...' \n#,{}()_aA0"', '\u00a0', '\ufeff', '\0');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...held), fc.nat(), fc.nat(3), letters, async ({ text }, at, cut, letter) => {
        const from = at % text.length;
        const changed = text.slice(0, from) + letter + text.slice(from + cut);
        const isHeld = held.some((one) => one.text.trim() === changed.trim());
        const { status, errors } = await post(only, { query: changed });
        expect(errors?.[0]?.extensions.code === 'FORBIDDEN' && status === 403).toBe(!isHeld);
      }),
      { numRuns: 200 },
    );
  });
});
