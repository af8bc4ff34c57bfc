import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKey } from '../../../src/access/keys/create-key.ts';
import { listKeys } from '../../../src/access/keys/list-keys.ts';
import type { NewKey } from '../../../src/access/keys/read-new-key.ts';
import { revokeKey } from '../../../src/access/keys/revoke-key.ts';
import { rotateKey } from '../../../src/access/keys/rotate-key.ts';
import { administrator, type Scope, scopes, type Viewer } from '../../../src/access/viewer.ts';
import { createAccount } from '../../../src/accounts/accounts.ts';
import { AppError } from '../../../src/errors.ts';
import { sha256 } from '../../../src/sha256.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const now = '2026-06-01T12:00:00.000Z';
const asked = { now, path: ['input'] };
const plain: NewKey = {
  name: 'one',
  scopes: ['calls'],
  accountIds: null,
  expiresAt: null,
  documentsOnly: false,
  budget: null,
};

let database: TestDatabase;
let alpha: number;
let bravo: number;
beforeAll(async () => {
  database = await createTestDatabase();
  const made = async (name: string) =>
    (await createAccount(database.db, { name, timeZone: 'Asia/Kolkata', region: 'IN' }))?.account.id ?? 0;
  alpha = await made('alpha');
  bravo = await made('bravo');
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('truncate api_keys, api_key_secrets restart identity'));

const create = (wanted: Partial<NewKey>, maker: Viewer = administrator) =>
  createKey(database.pool, maker, { ...plain, ...wanted }, asked);
const rotate = (name: string, maker: Viewer = administrator, at = now) =>
  rotateKey(database.pool, maker, name, { now: at, path: [] });
const revoke = (name: string, { maker = administrator, olderOnly = false } = {}) =>
  revokeKey(database.pool, maker, { name, olderOnly }, { now, path: [] });
const secretsThere = async () => {
  const { rows } = await database.pool.query('select secret_hash, revoked_at is null as valid from api_key_secrets');
  return new Map(rows.map(({ secret_hash, valid }) => [secret_hash.toString('hex'), valid as boolean]));
};
const hashOf = (secret: string) => sha256(secret).toString('hex');
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error) => (error instanceof AppError ? error.code : error),
  );
/** A maker with less than all: an admin of one account, say. */
const maker = (less: Partial<Viewer>): Viewer => ({
  name: 'maker',
  accounts: 'all',
  scopes: ['admin', 'calls'],
  ...less,
});

describe('a key', () => {
  test('is made as asked, and of what is presented only the hash is kept', async () => {
    const wanted: Partial<NewKey> = {
      name: '  Büro – BI  ',
      scopes: ['metrics', 'calls', 'metrics'],
      accountIds: [bravo, alpha, bravo],
      expiresAt: '2026-09-01T00:00:00.000Z',
      documentsOnly: true,
      budget: 500,
    };
    const { key, secret } = await create(wanted);
    expect(key).toEqual({
      id: 1,
      name: 'Büro – BI',
      scopes: ['calls', 'metrics'],
      accountIds: [alpha, bravo],
      documentsOnly: true,
      budget: 500,
      createdAt: now,
      createdBy: 'administrator',
      expiresAt: '2026-09-01T00:00:00.000Z',
      revokedAt: null,
      lastUsedAt: null,
      secrets: 1,
    });
    expect(await secretsThere()).toEqual(new Map([[hashOf(secret), true]]));
    const { rows } = await database.pool.query('select to_jsonb(k) as row from api_keys k');
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4, 20));
    expect(await listKeys(database.pool, administrator)).toEqual([key]);
  });

  test('is rotated: both secrets are valid until the older one is revoked', async () => {
    const first = await create({});
    const second = await rotate('one');
    const third = await rotate('one');
    expect(third.key.secrets).toBe(3);
    expect(await revoke('one', { olderOnly: true })).toMatchObject({
      revokedSecrets: 2,
      key: { secrets: 1, revokedAt: null },
    });
    expect(await secretsThere()).toEqual(
      new Map([
        [hashOf(first.secret), false],
        [hashOf(second.secret), false],
        [hashOf(third.secret), true],
      ]),
    );
    expect(await revoke('one', { olderOnly: true })).toMatchObject({ revokedSecrets: 0 });
  });

  test('is revoked with all its secrets, for good: it is not rotated, and its name stays taken', async () => {
    await create({});
    await rotate('one');
    expect(await revoke('one')).toMatchObject({ revokedSecrets: 2, key: { secrets: 0, revokedAt: now } });
    expect([...(await secretsThere()).values()]).toEqual([false, false]);
    expect(await revoke('one')).toMatchObject({ revokedSecrets: 0, key: { revokedAt: now } });
    await expect(rotate('one')).rejects.toThrow(/was revoked.*make another/);
    await expect(create({})).rejects.toThrow(
      /is taken, perhaps by a key that was revoked.*a name that no key ever had/,
    );
  });

  test('that has expired is not rotated, and can be revoked', async () => {
    await create({ expiresAt: '2026-06-02T00:00:00.000Z' });
    await expect(rotate('one', administrator, '2026-06-02T00:00:00.000Z')).rejects.toThrow(/has expired/);
    expect(await revoke('one')).toMatchObject({ revokedSecrets: 1 });
  });

  test('of two that want one name at once one is made', async () => {
    const codes = await Promise.all(Array.from({ length: 6 }, () => codeOf(create({}))));
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === 'BAD_USER_INPUT')).toHaveLength(5);
    expect((await secretsThere()).size).toBe(1);
  });

  test('rotated and revoked at once is in the end revoked, with every secret', async () => {
    await create({});
    await Promise.all([rotate('one'), revoke('one'), rotate('one')].map(codeOf));
    expect([...(await secretsThere()).values()]).not.toContain(true);
  });

  test.each<[string, Partial<NewKey>, RegExp]>([
    ['no name', { name: ' ' }, /input\.name: has 0 characters/],
    ['a long name', { name: 'x'.repeat(65) }, /input\.name: has 65 characters. Allowed: 1 to 64/],
    ['a name of two lines', { name: 'a\nb' }, /input\.name: has control characters/],
    ['a name with what cannot be seen', { name: 'a\u200bb' }, /input\.name: has control characters/],
    ['half a character', { name: 'a\ud800' }, /input\.name: is not well-formed/],
    ['the name of those without a key', { name: 'ADMIN_TOKEN' }, /input\.name: is what those without a key/],
    ['no scopes', { scopes: [] }, /input\.scopes: is empty. Allowed: at least one of calls/],
    ['replay without inbox', { scopes: ['replay', 'calls'] }, /input\.scopes: has replay without inbox/],
    ['no accounts', { accountIds: [] }, /input\.accountIds: is empty/],
    ['an end that has passed', { expiresAt: now }, /input\.expiresAt: has passed/],
    ['no budget', { budget: 0 }, /input\.budget: is 0. Allowed: a whole number from 1/],
    ['a budget that is no number', { budget: Number.NaN }, /input\.budget/],
  ])('with %s is BAD_USER_INPUT', async (_what, wanted, said) => {
    await expect(create(wanted)).rejects.toThrow(said);
    expect(await codeOf(create(wanted))).toBe('BAD_USER_INPUT');
    expect(await listKeys(database.pool, administrator)).toEqual([]);
  });

  test('of accounts that there are not is refused in the words for accounts of others', async () => {
    const told = async (accountIds: (number | null)[], by: Viewer) =>
      create({ accountIds }, by).then(String, (error: AppError) => [error.code, error.message, error.details]);
    const ofAlpha = maker({ accounts: [alpha] });
    const foreign = await told([bravo], ofAlpha);
    expect(foreign).toEqual([
      'FORBIDDEN',
      expect.stringContaining('input.accountIds'),
      expect.objectContaining({ missing: ['accountIds'] }),
    ]);
    for (const ids of [[999_999], [null], [alpha, bravo]]) expect(await told(ids, ofAlpha)).toEqual(foreign);
    expect(await told([999_999], administrator)).toEqual(foreign);
  });
});

test('only with the scope admin', async () => {
  await create({});
  const without = { ...administrator, scopes: scopes.filter((scope) => scope !== 'admin') };
  const work = [
    create({ name: 'two' }, without),
    listKeys(database.pool, without),
    rotate('one', without),
    revoke('one', { maker: without }),
  ];
  for (const done of work) expect(await codeOf(done)).toBe('FORBIDDEN');
  expect(await secretsThere()).toHaveProperty('size', 1);
});

test('a key bound to accounts sees and changes only keys whose accounts all lie in its own', async () => {
  await create({ name: 'all' });
  await create({ name: 'both', accountIds: [alpha, bravo] });
  await create({ name: 'alpha', accountIds: [alpha] });
  await create({ name: 'bravo', accountIds: [bravo] });
  const ofAlpha = maker({ accounts: [alpha] });
  expect((await listKeys(database.pool, ofAlpha)).map(({ name }) => name)).toEqual(['alpha']);
  expect((await listKeys(database.pool, maker({ accounts: [alpha, bravo] }))).map(({ name }) => name)).toEqual([
    'alpha',
    'both',
    'bravo',
  ]);
  expect(await listKeys(database.pool, maker({ accounts: [] }))).toEqual([]);
  const told = (work: Promise<unknown>) =>
    work.then(String, (error: AppError) => [error.code, error.message, error.details]);
  const unknown = await told(rotate('nobody', ofAlpha));
  expect(unknown).toEqual(['NOT_FOUND', 'name: names no key.', { argument: ['name'] }]);
  for (const name of ['all', 'both', 'bravo']) {
    expect(await told(rotate(name, ofAlpha))).toEqual(unknown);
    expect(await told(revoke(name, { maker: ofAlpha }))).toEqual(unknown);
  }
  expect((await rotate('alpha', ofAlpha)).key.secrets).toBe(2);
  expect((await revoke('alpha', { maker: ofAlpha })).revokedSecrets).toBe(2);
});

test('rotating a key gives what it may: not to a maker that may less', async () => {
  await create({ name: 'strong', scopes: ['admin', 'calls', 'numbers'] });
  await create({ name: 'for ever', scopes: ['calls'] });
  expect(await codeOf(rotate('strong', maker({})))).toBe('FORBIDDEN');
  expect(await codeOf(rotate('for ever', maker({ expiresAt: '2026-07-01T00:00:00.000Z' })))).toBe('FORBIDDEN');
  expect(await codeOf(rotate('for ever', maker({ budget: 5 })))).toBe('FORBIDDEN');
  expect(await codeOf(rotate('for ever', maker({ documentsOnly: true })))).toBe('FORBIDDEN');
  expect(await codeOf(rotate('for ever', maker({})))).toBeNull();
  // Whoever may end a key need not be able to do what it does.
  expect((await revoke('strong', { maker: maker({}) })).revokedSecrets).toBe(1);
});

// ---- No key gives another more than it has itself: random makers, random wishes, and what then stands in the table.

const someScopes = fc.subarray([...scopes]);
const makersScopes = fc.oneof(
  someScopes,
  someScopes.map((some): Scope[] => [...new Set<Scope>(['calls', 'admin', ...some])]),
);
const someAccounts = fc.constantFrom<'all' | number[]>('all', [1], [2], [1, 2], []);
const someInstant = fc.constantFrom('2026-06-01T12:00:01.000Z', '2026-08-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z');
const someBudget = fc.constantFrom(1, 100, 1000, 2 ** 31 - 1);
const makers = fc.record(
  {
    name: fc.constant('maker'),
    accounts: someAccounts,
    scopes: makersScopes,
    expiresAt: someInstant,
    documentsOnly: fc.boolean(),
    budget: someBudget,
  },
  { requiredKeys: ['name', 'accounts', 'scopes'] },
);
const wishes = fc.record({
  scopes: fc.oneof(someScopes, fc.constant<Scope[]>(['calls']), fc.constant<Scope[]>(['admin'])),
  accountIds: fc.constantFrom<(number | null)[] | null>(null, [1], [1], [2], [1, 2], [3, 1]),
  expiresAt: fc.option(someInstant),
  documentsOnly: fc.boolean(),
  budget: fc.option(someBudget),
});

test('random makers with random wishes never get a key that may more than they', async () => {
  const idOf = (id: number | null) => (id === null ? null : ([0, alpha, bravo, 999_999][id] ?? null));
  let made = 0;
  let forbidden = 0;
  await fc.assert(
    fc.asyncProperty(makers, wishes, fc.boolean(), async (drawn, wish, rotates) => {
      const by = {
        ...drawn,
        accounts: drawn.accounts === 'all' ? drawn.accounts : drawn.accounts.map((id) => idOf(id) ?? 0),
      } as Viewer;
      const name = `key ${made + forbidden}`;
      const wanted = { ...wish, name, accountIds: wish.accountIds?.map(idOf) ?? null };
      // Either the maker makes the key, or one with all rights does, and the maker wants another secret of it.
      if (rotates && (await codeOf(create(wanted))) !== null) return;
      const work = rotates ? rotate(name, by) : create(wanted, by);
      const code = await codeOf(work);
      if (code !== null) {
        forbidden += 1;
        expect(['FORBIDDEN', 'BAD_USER_INPUT', 'NOT_FOUND']).toContain(code);
        return;
      }
      made += 1;
      const { key } = await work;
      expect(by.scopes).toContain('admin');
      expect(by.scopes).toEqual(expect.arrayContaining([...key.scopes]));
      expect(key.scopes.includes('replay') && !key.scopes.includes('inbox')).toBe(false);
      if (by.accounts !== 'all') {
        expect(key.accountIds).not.toBeNull();
        expect(by.accounts).toEqual(expect.arrayContaining(key.accountIds ?? []));
      }
      if (by.expiresAt) expect(key.expiresAt ?? 'never').toSatisfy((end: string) => end <= (by.expiresAt ?? ''));
      if (by.documentsOnly) expect(key.documentsOnly).toBe(true);
      if (by.budget) expect(key.budget ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(by.budget);
    }),
    { numRuns: 1500 },
  );
  expect(made).toBeGreaterThan(50);
  expect(forbidden).toBeGreaterThan(200);
});

test('a key that has ended makes no heirs, also where it was let in before', async () => {
  const heir = (name: string, by: string) => create({ name, scopes: ['calls'] }, maker({ name: by }));
  await create({ name: 'root', scopes: ['admin', 'calls'] });
  await create({ name: 'short', scopes: ['admin', 'calls'], expiresAt: '2026-06-03T00:00:00.000Z' });
  await heir('before', 'root');
  // At once: whichever comes second finds the other done.
  const [, made] = await Promise.all([revoke('root'), codeOf(heir('beside', 'root'))]);
  expect([null, 'UNAUTHENTICATED']).toContain(made);
  expect(await codeOf(heir('after', 'root'))).toBe('UNAUTHENTICATED');
  expect(await codeOf(rotate('before', maker({ name: 'root' })))).toBe('UNAUTHENTICATED');
  expect(await codeOf(revoke('before', { maker: maker({ name: 'root' }) }))).toBe('UNAUTHENTICATED');
  await database.pool.query("update api_keys set expires_at = '2026-05-01' where name = 'short'");
  expect(await codeOf(heir('late', 'short'))).toBe('UNAUTHENTICATED');
});

test('who made a key is told by name only to who sees that key', async () => {
  const bound = maker({ accounts: [alpha] });
  await create({ name: 'of all', scopes: ['admin', 'calls'] });
  await create({ name: 'of alpha', scopes: ['admin', 'calls'], accountIds: [alpha] }, maker({ name: 'of all' }));
  await create({ name: 'below', scopes: ['calls'], accountIds: [alpha] }, { ...bound, name: 'of alpha' });
  const makers = (viewer: Viewer) =>
    listKeys(database.pool, viewer).then((keys) => keys.map(({ name, createdBy }) => [name, createdBy]));
  expect(await makers(administrator)).toEqual([
    ['below', 'of alpha'],
    ['of all', 'administrator'],
    ['of alpha', 'of all'],
  ]);
  expect(await makers(bound)).toEqual([
    ['below', 'of alpha'],
    ['of alpha', 'another key'],
  ]);
});

test('accounts of others and such as there are not are refused alike, whatever else is wrong', async () => {
  const bound = maker({ accounts: [alpha] });
  for (const less of [{}, { budget: 0 }, { scopes: ['admin', 'inbox'] }, { expiresAt: 'x' }] as Partial<NewKey>[]) {
    const told = (accountIds: (number | null)[]) =>
      create({ ...less, name: 'new', accountIds }, bound).catch(({ code, message }: AppError) => [code, message]);
    expect(await told([bravo]), JSON.stringify(less)).toEqual(await told([null]));
  }
});

test.each(['Administrator', ' administrator ', 'ADMINISTRATOR', 'command\u00a0line', 'ａdministrator'])(
  'no key is called %j, which looks like those without one',
  async (name) => expect(await codeOf(create({ name }))).toBe('BAD_USER_INPUT'),
);

test.each(['a\0b', '\ud800'])('a name that none can have, %j, names no key', async (name) => {
  expect(await codeOf(revoke(name))).toBe('NOT_FOUND');
  expect(await codeOf(rotate(name))).toBe('NOT_FOUND');
});
