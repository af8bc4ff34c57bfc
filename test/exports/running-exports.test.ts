import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let strict: TestApp;

/** More than the buffers between the service and a reader hold. */
const many = 60_000;

const viewers: Record<string, Viewer> = {
  one: { ...administrator, name: 'one' },
  two: { ...administrator, name: 'two' },
  three: { ...administrator, name: 'three' },
  small: { ...administrator, name: 'small', budget: 4000 },
  inbox: { ...administrator, name: 'inbox', scopes: ['inbox'] },
};
const viewerOf = (authorization: string | undefined) => viewers[authorization ?? 'one'] as Viewer;

beforeAll(async () => {
  app = await startApp({
    viewerOf,
    exportLimits: { ofOne: 1, ofAll: 2, exportMs: 600_000, stillMs: 600_000 },
  });
  strict = await startApp({
    access: { adminToken: 'an-admin-token-0123456789' },
    exportLimits: { ofOne: 2, ofAll: 6, exportMs: 600_000, stillMs: 2000 },
  });
  for (const { database, account } of [app, strict]) {
    await database.pool.query(
      `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at, provider_status)
        select $1, 'call-' || n, 'INBOUND', 'COMPLETED', now() - n * interval '1 second', now(), now(), repeat('x', 400)
        from generate_series(1, $2) n`,
      [account.id, many],
    );
  }
});
afterAll(async () => {
  await app.close();
  await strict.close();
});

/** A reader that begins to read when it is told to. */
function open(url: string, path: string, headers: Record<string, string> = {}) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay();
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  let text = '';
  let bytes = 0;
  socket.on('error', () => {});
  const head = new Promise<string>((resolve) => {
    socket.once('data', (part) => {
      text += part.toString('latin1');
      bytes += part.length;
      socket.pause();
      resolve(text.slice(0, text.indexOf('\r\n\r\n')));
    });
  });
  return {
    socket,
    head,
    /** All there is: whether it ended as a whole, and how many bytes came. */
    rest: async () => {
      const ended = new Promise<boolean>((resolve) =>
        socket.once('close', () => resolve(text.endsWith('\r\n0\r\n\r\n'))),
      );
      socket.on('data', (part) => {
        text = (text + part.toString('latin1')).slice(-20);
        bytes += part.length;
        if (text.endsWith('\r\n0\r\n\r\n')) socket.destroy();
      });
      socket.resume();
      return { isWhole: await ended, bytes };
    },
  };
}

async function lastEntry(of: TestApp, viewer: string) {
  const { rows } = await of.database.pool.query(
    'select operation_name, status, code, rows, actual_cost from access_log where viewer = $1 order by id desc limit 1',
    [viewer],
  );
  return rows[0];
}

test('a key has so many at once, all have so many together, and a place is free once its export has ended', async () => {
  const first = open(app.url, '/export/calls.csv', { authorization: 'one' });
  expect(await first.head).toMatch(/^HTTP\/1.1 200/);
  const again = await fetch(`${app.url}/export/calls.csv`, { headers: { authorization: 'one' } });
  expect(again.status).toBe(429);
  expect(again.headers.get('retry-after')).toBe('10');
  expect(await again.json()).toMatchObject({ code: 'RATE_LIMITED', limit: 'EXPORTS_PER_KEY', allowed: 1 });
  const second = open(app.url, '/export/calls.ndjson', { authorization: 'two' });
  expect(await second.head).toMatch(/^HTTP\/1.1 200/);
  const third = await fetch(`${app.url}/export/calls.csv`, { headers: { authorization: 'three' } });
  expect(third.status).toBe(503);
  expect(await third.json()).toMatchObject({ code: 'OVERLOADED', limit: 'EXPORTS_AT_ONCE', allowed: 2 });

  // Other questions go on meanwhile.
  await expect(app.query('{ calls(first: 1) { nodes { callSid } } }')).resolves.toBeDefined();

  second.socket.destroy();
  expect((await first.rest()).isWhole).toBe(true);
  await expect
    .poll(
      async () => (await fetch(`${app.url}/export/calls.csv?limit=1`, { headers: { authorization: 'three' } })).status,
    )
    .toBe(200);
  await expect
    .poll(() => lastEntry(app, 'one'))
    .toMatchObject({
      operation_name: 'export_calls_csv',
      status: 200,
      code: null,
      rows: many,
    });
  await expect
    .poll(() => lastEntry(app, 'two'))
    .toMatchObject({ operation_name: 'export_calls_ndjson', code: 'CLIENT_CLOSED' });
  expect((await lastEntry(app, 'one')).actual_cost).toBeGreaterThanOrEqual(many / 10);
});

test('an export that fails is broken off, and does not look whole', async () => {
  const reading = open(app.url, '/export/calls.csv', { authorization: 'two' });
  await reading.head;
  await app.database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'exports' and datname = current_database()`);
  const { isWhole, bytes } = await reading.rest();
  expect(isWhole).toBe(false);
  expect(bytes).toBeGreaterThan(0);
  await expect.poll(() => lastEntry(app, 'two')).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
});

test('what a reader that left had asked for ends in the database', async () => {
  const reading = open(app.url, '/export/calls.csv', { authorization: 'two' });
  await reading.head;
  reading.socket.destroy();
  await expect
    .poll(async () => {
      const { rows } = await app.database.pool.query(`select pid from pg_stat_activity
        where application_name = 'exports' and datname = current_database() and state <> 'idle'`);
      return rows.length;
    })
    .toBe(0);
});

test('a reader that stands still is cut off', async () => {
  const headers = { authorization: 'Bearer an-admin-token-0123456789' };
  const reading = open(strict.url, '/export/calls.csv', headers);
  await reading.head;
  // A paused socket is not told of its end: what was sent before is read first.
  await expect.poll(() => lastEntry(strict, 'ADMIN_TOKEN'), { timeout: 8000 }).toMatchObject({ code: 'CLIENT_CLOSED' });
  expect((await reading.rest()).isWhole).toBe(false);
}, 15_000);

test('a key that is revoked ends what it was reading', async () => {
  const made = await fetch(`${strict.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer an-admin-token-0123456789' },
    body: JSON.stringify({
      query: 'mutation { createApiKey(input: { name: "leaver", scopes: [CALLS] }) { secret } }',
    }),
  });
  const { data, errors } = (await made.json()) as { data?: { createApiKey: { secret: string } }; errors?: unknown };
  expect(errors).toBeUndefined();
  const headers = { authorization: `Bearer ${data?.createApiKey.secret}` };
  const reading = open(strict.url, '/export/calls.csv', headers);
  expect(await reading.head).toMatch(/^HTTP\/1.1 200/);
  // It reads on all the time, too slowly to come to the end.
  reading.socket.on('data', () => {
    reading.socket.pause();
    setTimeout(() => reading.socket.resume(), 100);
  });
  await strict.database.pool.query("update api_keys set revoked_at = now() where name = 'leaver'");
  expect((await reading.rest()).isWhole).toBe(false);
  expect((await fetch(`${strict.url}/export/calls.csv?limit=1`, { headers })).status).toBe(401);
  await expect.poll(() => lastEntry(strict, 'leaver')).toMatchObject({ status: 200, code: 'UNAUTHENTICATED' });
}, 15_000);

test('who has too little of a budget reads no faster than it fills', async () => {
  const url = (limit: number) => `${app.url}/export/calls.csv?columns=id&limit=${limit}`;
  const headers = { authorization: 'small' };
  // 60,000 rows cost 6,000, and there are 4,000 a minute.
  const reading = open(app.url, '/export/calls.csv?columns=id', headers);
  await reading.head;
  const rest = reading.rest();
  const outcome = await Promise.race([rest, new Promise((resolve) => setTimeout(() => resolve('waits'), 1500))]);
  expect(outcome).toBe('waits');
  reading.socket.destroy();
  await expect.poll(async () => (await fetch(url(10), { headers })).status).toBe(429);
});

test('who has no right to calls is told so, and so is who has no key', async () => {
  const forbidden = await fetch(`${app.url}/export/calls.csv`, { headers: { authorization: 'inbox' } });
  expect(forbidden.status).toBe(403);
  expect(forbidden.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await forbidden.json()).toMatchObject({ status: 403, code: 'FORBIDDEN', missing: ['calls'] });
  const unknown = await fetch(`${strict.url}/export/calls.csv`);
  expect(unknown.status).toBe(401);
  expect(unknown.headers.get('www-authenticate')).toMatch(/Bearer/);
  const problem = (await unknown.json()) as { instance: string; requestId: string };
  expect(problem).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', missing: ['key'] });
  expect(problem.instance).toBe(`urn:uuid:${problem.requestId}`);
});
