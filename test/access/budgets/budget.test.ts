import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Budgets } from '../../../src/access/budgets.ts';
import { createKey } from '../../../src/access/keys/create-key.ts';
import { administrator, type Scope } from '../../../src/access/viewer.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../../support/app.ts';
import { aCall, insertCalls } from '../../support/factories.ts';

describe('a budget', () => {
  let now = 0;
  let budgets: Budgets;
  beforeEach(() => {
    now = 0;
    budgets = new Budgets(() => now);
  });
  const left = (name = 'a') => budgets.leftOf(name, 600).left;

  test('is charged before, and settled to what it cost', () => {
    const charge = budgets.charge('a', 600, 500);
    expect(left()).toBe(100);
    charge.settle(40);
    expect(left()).toBe(560);
    budgets.charge('a', 600, 60).settle(60);
    expect(left()).toBe(500);
  });

  test('fills steadily, and never beyond what it holds', () => {
    budgets.charge('a', 600, 600);
    now = 5000;
    expect(left()).toBe(50);
    now = 30_000;
    expect(left()).toBe(300);
    now = 600_000;
    expect(left()).toBe(600);
    const charge = budgets.charge('a', 600, 100);
    now += 60_000;
    charge.settle(1);
    expect(left()).toBe(600);
  });

  test('that is used up says when there is enough again, and then there is', () => {
    budgets.charge('a', 600, 580);
    expect(() => budgets.charge('a', 600, 100)).toThrow(
      expect.objectContaining({
        code: 'RATE_LIMITED',
        details: { asked: 100, left: 20, allowed: 600, retryAfterSeconds: 8 },
      }),
    );
    now = 7900;
    expect(() => budgets.charge('a', 600, 100)).toThrow(/Try again in 1 s/);
    now = 8000;
    budgets.charge('a', 600, 100);
  });

  test('of others is another one, and a smaller one counts at once', () => {
    budgets.charge('a', 600, 600);
    expect(left('b')).toBe(600);
    expect(budgets.leftOf('b', 50)).toEqual({ left: 50, fullInSeconds: 0 });
  });

  test('is never enough for what costs more than a minute', () => {
    expect(() => budgets.charge('a', 600, 601)).toThrow(
      expect.objectContaining({
        code: 'TOO_EXPENSIVE',
        details: { limit: 'BUDGET_PER_MINUTE', asked: 601, allowed: 600 },
      }),
    );
    expect(left()).toBe(600);
  });

  test('may be below nothing where an answer was longer than was thought, and fills from there', () => {
    budgets.charge('a', 600, 50).settle(900);
    expect(left()).toBe(0);
    expect(() => budgets.charge('a', 600, 1)).toThrow(/Try again in 31 s/);
  });

  test('is kept for so many at once, those who asked last', () => {
    budgets.charge('first', 600, 600);
    budgets.charge('second', 600, 600);
    for (let n = 0; n < 9999; n++) {
      budgets.charge(`other ${n}`, 600, 1);
      if (n % 5000 === 0) expect(left('second')).toBe(0);
    }
    expect(left('second')).toBe(0);
    expect(left('first')).toBe(600);
  });
});

type Told = GraphqlAnswer & { headers: Headers };

describe('over HTTP', () => {
  let app: TestApp;
  const keys = new Map<string, string>();
  beforeAll(async () => {
    app = await startApp({
      access: { isOpen: true },
      budgetPerMinute: 1000,
      proxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    });
    await insertCalls(
      app.database.db,
      Array.from({ length: 600 }, () => aCall({ accountId: app.account.id })),
    );
    const make = async (name: string, budget: number | null) => {
      const rights = { scopes: ['calls'] as Scope[], accountIds: null, expiresAt: null, documentsOnly: false, budget };
      const asked = { now: instantOf(Date.now()), path: [] };
      keys.set(name, (await createKey(app.database.pool, administrator, { ...rights, name }, asked)).secret);
    };
    for (const name of ['one', 'two', 'three', 'four']) await make(name, null);
    await make('small', 100);
    await make('large', 5000);
    await sleep(3100); // until the keys count
  });
  afterAll(() => app?.close());

  async function ask(
    query: string,
    { key, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<Told> {
    const own: Record<string, string> = key === undefined ? {} : { 'x-api-key': keys.get(key) ?? key };
    const reply = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...own, ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: reply.status, headers: reply.headers, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
  }
  const page = (first: number) => `{ calls(first: ${first}) { nodes { id } } }`;
  const leftIn = ({ headers }: Told) => Number(/^"cost";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]);

  test('each answer tells the policy and what is left of it', async () => {
    const told = await ask(page(300), { key: 'one' });
    expect(told.status).toBe(200);
    expect(told.headers.get('ratelimit-policy')).toBe('"cost";q=1000;qu="cost";w=60');
    expect(leftIn(told)).toBeGreaterThanOrEqual(700);
    expect(leftIn(told)).toBeLessThan(760);
    expect(told.extensions?.cost).toEqual({ requested: 300, actual: 300, limit: 1000 });
    // A page that could have had more is settled.
    const settled = await ask('{ agents(first: 500) { nodes { id } } }', { key: 'one' });
    expect(settled.extensions?.cost).toMatchObject({ requested: 500, actual: 1 });
    expect(leftIn(settled)).toBeGreaterThanOrEqual(699);
  });

  test('beyond it a question is refused, with when to come again, and then it is answered; other keys are not concerned', async () => {
    for (const first of [500, 480]) expect((await ask(page(first), { key: 'two' })).status).toBe(200);
    const refused = await ask(page(60), { key: 'two' });
    expect(refused.status).toBe(429);
    expect(refused.data).toBeUndefined();
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(3);
    expect(refused.errors).toEqual([
      {
        message: expect.stringMatching(
          /could cost 60, and of the budget of 1000 a minute \d+ is left\. Try again in \d s/,
        ),
        extensions: {
          code: 'RATE_LIMITED',
          asked: 60,
          left: expect.any(Number),
          allowed: 1000,
          retryAfterSeconds: wait,
        },
      },
    ]);
    expect(refused.extensions?.cost).toEqual({ requested: 60, actual: 0, limit: 1000 });
    expect(refused.headers.get('ratelimit')).toMatch(/^"cost";r=\d+;t=\d+$/);
    // More than a page may have is refused when the list is read, and settled.
    expect((await ask(page(900), { key: 'three' })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await ask(page(500), { key: 'three' })).status).toBe(200);
    await sleep(wait * 1000);
    expect((await ask(page(60), { key: 'two' })).status).toBe(200);
  });

  test('a key has the budget that it was given', async () => {
    expect(await ask(page(60), { key: 'small' })).toMatchObject({ status: 200, extensions: { cost: { limit: 100 } } });
    expect((await ask(page(60), { key: 'small' })).status).toBe(429);
    const never = await ask(page(101), { key: 'small' });
    expect(never).toMatchObject({ status: 400, errors: [{ extensions: { code: 'TOO_EXPENSIVE', allowed: 100 } }] });
    for (let n = 0; n < 4; n++) expect((await ask(page(500), { key: 'large' })).status).toBe(200);
  });

  test('questions under way are charged already: of many at once as many are answered as there is budget for', async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 6 },
        async (_, n) => (await ask(`{ a${n}: calls(first: 300) { nodes { id } } }`, { key: 'four' })).status,
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
  });

  describe('without a key the address pays', () => {
    const from = (address: string, more: Record<string, string> = {}) =>
      ask(page(500), { headers: { 'x-forwarded-for': address, ...more } });
    const askTwice = async (...addresses: [string, string]) => {
      expect(leftIn(await from(addresses[0]))).toBeGreaterThanOrEqual(500);
      return leftIn(await from(addresses[1]));
    };
    const isSame = (left: number) => left < 100;

    test('of IPv6 the network of 64 bits', async () => {
      expect(isSame(await askTwice('2001:db8:1:2::1', '2001:0DB8:1:2:ffff::9'))).toBe(true);
      expect(isSame(await askTwice('2001:db8:1:3::1', '2001:db8:1:4::1'))).toBe(false);
      expect(isSame(await askTwice('203.0.113.1', '203.0.113.2'))).toBe(false);
      expect(isSame(await askTwice('203.0.113.3', '::ffff:203.0.113.3'))).toBe(true);
    });

    test('the last that no trusted proxy has, whatever was written before it', async () => {
      expect(isSame(await askTwice('198.51.100.1', '192.0.2.9, 198.51.100.1'))).toBe(true);
      expect(isSame(await askTwice('198.51.100.2', '192.0.2.10, 198.51.100.2, 10.1.2.3, fd00::7'))).toBe(true);
      expect(isSame(await askTwice('198.51.100.3:4711', '"[::ffff:198.51.100.3]:80"'))).toBe(true);
      // Of several headers of the name all are one list.
      expect(isSame(await askTwice('198.51.100.4', '192.0.2.11,198.51.100.4'))).toBe(true);
    });

    test('in the header Forwarded, too, where the other is not there', async () => {
      const forwarded = async (value: string) => leftIn(await ask(page(500), { headers: { forwarded: value } }));
      expect(isSame(await forwarded('for=198.51.100.11;proto=https'))).toBe(false);
      expect(isSame(await forwarded('for=192.0.2.20, For="198.51.100.11:5000";by=10.0.0.1, for=10.0.0.9'))).toBe(true);
      expect(isSame(await forwarded('for="[2001:db8:9:9::1]:80"'))).toBe(false);
      expect(isSame(await forwarded('for="[2001:db8:9:9::2]"'))).toBe(true);
      expect(isSame(leftIn(await from('198.51.100.12', { forwarded: 'for=198.51.100.11' })))).toBe(false);
    });

    test('what is no address stands for the proxy that wrote it', async () => {
      expect(isSame(await askTwice('unknown, 10.9.9.9', 'garbage, 10.9.9.9'))).toBe(true);
      expect(isSame(await askTwice('198.51.100.20, <script>', '198.51.100.21, _hidden'))).toBe(true);
    });
  });

  test('a right key pays for itself from any address, and not for it', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.30' };
    for (let n = 0; n < 2; n++) expect((await ask(page(500), { headers })).status).toBe(200);
    expect((await ask(page(500), { headers })).status).toBe(429);
    expect((await ask(page(500), { key: 'large', headers })).status).toBe(200);
  });

  test('wrong keys are slowed down, and nobody with a right one is refused for them', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.40' };
    const wrong = () => ask(page(1), { key: 'cak_wrong', headers });
    const statuses: number[] = [];
    for (let n = 0; n < 120; n++) statuses.push((await wrong()).status);
    expect(statuses.slice(0, 100)).toEqual(Array(100).fill(401));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
    const refused = await wrong();
    expect(refused).toMatchObject({ status: 429, errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(refused.headers.get('www-authenticate')).toBeNull();
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeLessThanOrEqual(2);
    expect((await ask(page(1), { key: 'large', headers })).status).toBe(200);
    expect((await ask(page(1), { headers })).status).toBe(200); // no key: open access
    expect((await ask(page(1), { key: 'cak_wrong', headers: { 'x-forwarded-for': '198.51.100.41' } })).status).toBe(
      401,
    );
    await sleep(wait * 1000);
    expect((await wrong()).status).toBe(401);
    const { rows } = await app.database.pool.query(
      "select count(*)::int as count, min(status) as least, max(code) as code from access_log where viewer = 'unknown key'",
    );
    expect(rows[0]).toMatchObject({ least: 401, code: 'UNAUTHENTICATED' });
    expect(rows[0]?.count).toBeLessThan(115);
  });
});

test('who is no trusted proxy is not believed: the address is that of whoever is connected', async () => {
  const app = await startApp({ access: { isOpen: true }, budgetPerMinute: 1000, proxies: ['10.0.0.0/8'] });
  try {
    await insertCalls(
      app.database.db,
      Array.from({ length: 500 }, () => aCall({ accountId: app.account.id })),
    );
    const statuses: number[] = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '10.0.0.1', '2001:db8::1']) {
      const reply = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address, forwarded: `for=${address}` },
        body: JSON.stringify({ query: '{ calls(first: 500) { nodes { id } } }' }),
      });
      statuses.push(reply.status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
  } finally {
    await app.close();
  }
});
