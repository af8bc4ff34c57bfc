import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKey } from '../../../src/access/keys/create-key.ts';
import { type Holder, KeyRing } from '../../../src/access/keys/key-ring.ts';
import { makeKeyText } from '../../../src/access/keys/key-text.ts';
import type { NewKey } from '../../../src/access/keys/read-new-key.ts';
import { revokeKey } from '../../../src/access/keys/revoke-key.ts';
import { rotateKey } from '../../../src/access/keys/rotate-key.ts';
import { administrator } from '../../../src/access/viewer.ts';
import { type WhoAsks, whoAsks } from '../../../src/access/who-asks.ts';
import { AppError } from '../../../src/errors.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** Within so long a change counts everywhere. */
const promisedMs = 3_000;

let database: TestDatabase;
let logged: Record<string, unknown>[];
const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  logged = [];
  await database.pool.query('truncate api_keys, api_key_secrets restart identity');
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const open = async (url = database.url): Promise<KeyRing> => {
  const ring = await KeyRing.open(url, log);
  cleanUp.push(ring.close);
  return ring;
};
const asked = () => ({ now: instantOf(Date.now()), path: [] });
const create = async (wanted: Partial<NewKey> = {}) => {
  const plain = { name: 'one', scopes: ['calls'] as const, accountIds: null, documentsOnly: false, budget: null };
  return (await createKey(database.pool, administrator, { ...plain, ...wanted }, asked())).secret;
};
const revoke = (olderOnly = false) => revokeKey(database.pool, administrator, { name: 'one', olderOnly }, asked());
const onLoopback = (ring: KeyRing) => whoAsks({ host: '127.0.0.1', isOpen: false }, ring);
const withKey = (key: string) => ({ rawHeaders: ['X-API-Key', key] });
const withoutKey = { rawHeaders: [] };
const codeOf = async (who: WhoAsks, head: { rawHeaders: string[] }) => {
  const asker = await who.ask(head);
  return asker instanceof AppError ? asker.code : 'let in';
};
const isHeld = (ring: KeyRing, key: string) => typeof ring.find(key) === 'object' && ring.find(key) !== null;
const heldIn = (ring: KeyRing, key: string): Holder => {
  const found = ring.find(key);
  if (found === null || found === 'expired') throw new Error('the key is not valid');
  return found;
};

/** Until something holds in each of several rings: how long that took. */
async function timeUntil(rings: readonly KeyRing[], holds: (ring: KeyRing) => boolean): Promise<number> {
  const from = performance.now();
  await vi.waitUntil(() => rings.every(holds), { timeout: 10_000, interval: 10 });
  return performance.now() - from;
}

describe('in every instance', { timeout: 60_000 }, () => {
  test('a key that is made, rotated, revoked or changed counts within three seconds', async () => {
    const rings = [await open(), await open(), await open()];
    const took: Record<string, number> = {};
    expect(rings.map(({ isMade }) => isMade)).toEqual([false, false, false]);
    const opens = rings.map(({ untilMade }) => untilMade);

    const first = await create();
    took.made = await timeUntil(rings, (ring) => isHeld(ring, first));
    expect(opens.map(({ isCancelled }) => isCancelled)).toEqual([true, true, true]);
    const standing = rings.map((ring) => heldIn(ring, first));

    const { secret: second } = await rotateKey(database.pool, administrator, 'one', asked());
    took.rotated = await timeUntil(rings, (ring) => isHeld(ring, second));
    expect(rings.map((ring) => heldIn(ring, first).viewer.name)).toEqual(['one', 'one', 'one']);
    expect(standing.map((held) => held.standing.isCancelled)).toEqual([false, false, false]);

    await revoke(true);
    took.olderRevoked = await timeUntil(rings, (ring) => !isHeld(ring, first));
    expect(standing.map((held) => held.standing.isCancelled)).toEqual([true, true, true]);
    expect(standing[0]?.standing.reason?.code).toBe('UNAUTHENTICATED');

    const before = rings.map((ring) => heldIn(ring, second));
    await database.pool.query(
      "update api_keys set scopes = '{metrics,of-a-newer-version}', account_ids = '{7}', budget = 9",
    );
    took.changed = await timeUntil(rings, (ring) => heldIn(ring, second).viewer.scopes.includes('metrics'));
    expect(heldIn(rings[0] as KeyRing, second).viewer).toEqual({
      name: 'one',
      accounts: [7],
      scopes: ['metrics'],
      budget: 9,
    });
    expect(before.map((held) => held.standing.isCancelled)).toEqual([true, true, true]);

    await revoke();
    took.revoked = await timeUntil(rings, (ring) => !isHeld(ring, second));
    expect(rings.map(({ isMade }) => isMade)).toEqual([true, true, true]);
    console.log('a change counted after', took);
    for (const ms of Object.values(took)) expect(ms).toBeLessThan(promisedMs);
  });

  test('a key expires by the database’s clock, and who holds it is told', async () => {
    const rings = [await open(), await open()];
    const { rows } = await database.pool.query<{ now: string }>("select now() + interval '4 seconds' as now");
    const expiresAt = new Date(rows[0]?.now ?? '').toISOString();
    const key = await create({ expiresAt });
    await timeUntil(rings, (ring) => isHeld(ring, key));
    const held = rings.map((ring) => heldIn(ring, key));
    expect(held[0]?.viewer.expiresAt).toBe(expiresAt);
    await timeUntil(rings, (ring) => ring.find(key) === 'expired');
    const late = Date.now() - Date.parse(expiresAt);
    expect(late).toBeGreaterThan(-200);
    expect(late).toBeLessThan(promisedMs);
    await vi.waitUntil(() => held.every(({ standing }) => standing.isCancelled), { timeout: promisedMs });
    expect(held[0]?.standing.reason?.message).toContain('has expired');
    const refused = await onLoopback(rings[0] as KeyRing).ask(withKey(key));
    expect((refused as AppError).message).toContain('has expired');
  });

  test('who has just made a key is let in at once; strangers have the keys read ten times a second at most', async () => {
    const ring = await open();
    const who = onLoopback(ring);
    for (let n = 0; n < 5; n++) expect(await codeOf(who, withKey(await create({ name: `new ${n}` })))).toBe('let in');
    const read = async () => {
      const { rows } = await database.pool.query(
        "select sum(seq_scan + coalesce(idx_scan, 0))::integer as scans from pg_stat_user_tables where relname = 'api_keys'",
      );
      return rows[0]?.scans as number;
    };
    // Sessions tell of what they have done when they are idle, a second later at most.
    await sleep(1_500);
    const [before, from] = [await read(), performance.now()];
    let refused = 0;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        while (performance.now() - from < 2_000) {
          expect(await codeOf(who, withKey(makeKeyText()))).toBe('UNAUTHENTICATED');
          refused += 1;
        }
      }),
    );
    await sleep(1_500);
    const scansOfOne = 3;
    expect(refused).toBeGreaterThan(200);
    const scans = (await read()) - before;
    expect(scans).toBeGreaterThan(10);
    expect(scans).toBeLessThan(scansOfOne * 30);
  });

  test('what stays as it is stays valid, reading after reading', async () => {
    const ring = await open();
    const key = await create();
    await timeUntil([ring], () => isHeld(ring, key));
    const held = heldIn(ring, key);
    await sleep(3_200);
    expect(held.standing.isCancelled).toBe(false);
    expect(heldIn(ring, key).standing).toBe(held.standing);
    expect(ring.isFresh).toBe(true);
  });
});

describe('where the database is away', { timeout: 60_000 }, () => {
  let proxy: TcpProxy;
  let url: string;
  let target: { host: string; port: number };
  beforeEach(async () => {
    const to = new URL(database.url);
    target = { host: to.hostname, port: Number(to.port) };
    proxy = await openProxy(target);
    cleanUp.push(proxy.close);
    url = database.url.replace(`${to.hostname}:${to.port}`, `127.0.0.1:${proxy.port}`);
  });

  test.each(['silent', 'gone'])('%s, nobody is let in by what was read more than three seconds ago', async (how) => {
    const key = await create();
    const ring = await open(url);
    const who = onLoopback(ring);
    expect(await codeOf(who, withKey(key))).toBe('let in');
    if (how === 'silent') proxy.stall();
    else {
      proxy.retarget({ host: '127.0.0.1', port: 1 });
      proxy.cut();
    }
    const awayAt = performance.now();
    await revoke();
    while (ring.isFresh) await sleep(20);
    expect(performance.now() - awayAt).toBeLessThan(promisedMs + 500);
    expect(await codeOf(who, withKey(key))).toBe('UNAVAILABLE');
    // A text that is no key, and no key at all where there are some, need no reading to be refused.
    expect(await codeOf(who, withKey('nonsense'))).toBe('UNAUTHENTICATED');
    expect(await codeOf(who, withoutKey)).toBe('UNAUTHENTICATED');
    expect(logged.filter(({ msg }) => String(msg).startsWith('the keys could not be read'))).toHaveLength(1);

    proxy.retarget(target);
    proxy.resume();
    await vi.waitUntil(async () => (await codeOf(who, withKey(key))) === 'UNAUTHENTICATED', { timeout: 10_000 });
    expect(JSON.stringify(logged)).not.toContain(key);
  });

  test('an open service opens to nobody any more, for a key may have been made', async () => {
    const ring = await open(url);
    const who = onLoopback(ring);
    expect(await codeOf(who, withoutKey)).toBe('let in');
    proxy.stall();
    while (ring.isFresh) await sleep(20);
    expect(await codeOf(who, withoutKey)).toBe('UNAVAILABLE');
    // What everybody is told may say more to whom it was open last.
    expect(who.known(withoutKey)).toMatchObject({ viewer: administrator });
    await create();
    proxy.resume();
    await vi.waitUntil(async () => (await codeOf(who, withoutKey)) === 'UNAUTHENTICATED', { timeout: 10_000 });
  });

  test('once it is back the next to ask is let in at once: they are read for them', async () => {
    const key = await create();
    const ring = await open(url);
    const who = onLoopback(ring);
    proxy.retarget({ host: '127.0.0.1', port: 1 });
    proxy.cut();
    while (ring.isFresh) await sleep(20);
    proxy.retarget(target);
    const answers = await Promise.all(Array.from({ length: 20 }, () => codeOf(who, withKey(key))));
    expect(new Set(answers)).toEqual(new Set(['let in']));
  });

  test('at the start: whether there are keys is not known, and nobody is let in until it is', async () => {
    proxy.retarget({ host: '127.0.0.1', port: 1 });
    const ring = await open(url);
    const who = onLoopback(ring);
    expect(ring.isMade).toBeNull();
    expect(await codeOf(who, withoutKey)).toBe('UNAVAILABLE');
    expect(await codeOf(who, withKey(makeKeyText()))).toBe('UNAVAILABLE');
    expect(who.known(withoutKey)).toMatchObject({ code: 'UNAVAILABLE' });
    const open4all = whoAsks({ host: '127.0.0.1', isOpen: true }, ring);
    expect(await codeOf(open4all, withoutKey)).toBe('let in');
    const byToken = whoAsks({ host: '127.0.0.1', adminToken: 'a-token-for-the-tests', isOpen: false }, ring);
    expect(await codeOf(byToken, withKey('a-token-for-the-tests'))).toBe('let in');
    proxy.retarget(target);
    await vi.waitUntil(async () => (await codeOf(who, withoutKey)) === 'let in', { timeout: 10_000 });
  });

  test('a key expires all the same', async () => {
    const ring = await open(url);
    const key = await create({ expiresAt: instantOf(Date.now() + 3_000) });
    await timeUntil([ring], () => isHeld(ring, key));
    const { standing } = heldIn(ring, key);
    proxy.stall();
    await vi.waitUntil(() => standing.isCancelled, { timeout: 3_000 + promisedMs });
    expect(standing.reason?.message).toContain('has expired');
  });
});

describe('the last use', { timeout: 60_000 }, () => {
  const lastUse = async (name = 'one') => {
    const { rows } = await database.pool.query('select last_used_at from api_keys where name = $1', [name]);
    return rows[0]?.last_used_at as Date | null;
  };

  test('is written some seconds later, once for however many', async () => {
    const key = await create();
    const ring = await open();
    const who = onLoopback(ring);
    const versions = async () => (await database.pool.query('select xmin::text from api_keys')).rows[0]?.xmin;
    const before = await versions();
    const from = Date.now();
    for (let n = 0; n < 500; n++) await who.ask(withKey(key));
    const until = Date.now();
    expect([await versions(), await lastUse()]).toEqual([before, null]);
    await vi.waitUntil(async () => (await lastUse()) !== null, { timeout: 8_000 });
    const at = (await lastUse())?.getTime() ?? 0;
    expect(at).toBeGreaterThanOrEqual(from);
    expect(at).toBeLessThanOrEqual(until);
    const written = await versions();
    await sleep(5_500);
    expect(await versions()).toBe(written);
  });

  test('is written as the service ends', async () => {
    const key = await create();
    const ring = await KeyRing.open(database.url, log);
    await onLoopback(ring).ask(withKey(key));
    await ring.close();
    expect(await lastUse()).not.toBeNull();
  });

  test('waits for a key that somebody else is writing, and keeps nobody waiting', async () => {
    const key = await create();
    const other = await create({ name: 'two' });
    const ring = await open();
    const who = onLoopback(ring);
    const client = await database.pool.connect();
    try {
      await client.query("begin; select from api_keys where name = 'one' for update");
      for (const one of [key, other]) expect(await codeOf(who, withKey(one))).toBe('let in');
      await vi.waitUntil(async () => (await lastUse('two')) !== null, { timeout: 8_000 });
      expect(await lastUse('one')).toBeNull();
      expect(ring.isFresh).toBe(true);
      await client.query('commit');
      await vi.waitUntil(async () => (await lastUse('one')) !== null, { timeout: 8_000 });
    } finally {
      client.release();
    }
  });

  test('is none where the key was not let in', async () => {
    const key = await create({ expiresAt: instantOf(Date.now() + 1_000) });
    const ring = await KeyRing.open(database.url, log);
    await timeUntil([ring], () => ring.find(key) === 'expired');
    await onLoopback(ring).ask(withKey(key));
    onLoopback(ring).known(withKey(key));
    await ring.close();
    expect(await lastUse()).toBeNull();
  });
});
