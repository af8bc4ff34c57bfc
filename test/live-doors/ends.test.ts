import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, type TestApp } from '../support/app.ts';
import { logEntries } from './log-entries.ts';
import { openEvents } from './open-events.ts';
import { figures } from './subscribed.ts';

const token = 'an-admin-token-for-tests';
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { adminToken: token } });
});
afterAll(() => app?.close());

async function makeKey(name: string): Promise<string> {
  const made = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': token },
    body: JSON.stringify({
      query: `mutation { createApiKey(input: { name: "${name}", scopes: [CALLS, METRICS] }) { secret } }`,
    }),
  });
  const { data } = (await made.json()) as { data: { createApiKey: { secret: string } } };
  return data.createApiKey.secret;
}

const revoke = (name: string) =>
  app.database.pool.query('update api_keys set revoked_at = now() where name = $1', [name]);

/** Opens a WebSocket that subscribes; what it hears, and how it is closed. */
async function subscribed(url: string, key: string, query = figures) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: { type: string; payload?: unknown }[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: key } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  await once(socket, 'message');
  return { heard, closed };
}

const events = (url: string, key: string, query = figures) =>
  openEvents(`${url}/graphql/stream`, { headers: { 'x-api-key': key }, body: { query } });

test('a key that is revoked ends what was subscribed to with it, and says so', async () => {
  const key = await makeKey('leaver');
  const named = figures.replace('subscription', 'subscription Revoked');
  const [socket, stream] = await Promise.all([subscribed(app.url, key, named), events(app.url, key, named)]);
  expect(await stream.next()).toMatchObject({ event: 'next', data: { data: {} } });
  await revoke('leaver');
  expect(await stream.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  expect(await stream.next()).toMatchObject({ event: 'complete' });
  expect(await stream.next()).toBeNull();
  expect(await socket.closed).toBe(4403);
  expect(socket.heard.at(-1)).toMatchObject({
    id: '1',
    type: 'error',
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  const entries = await logEntries(app, 4, ['Revoked']);
  expect(entries.map(({ code }) => code).sort()).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', null, null]);
}, 15_000);

test('where the service ends, readers are left to come again', async () => {
  const ending = await startApp({ access: { adminToken: token } });
  const [socket, stream] = await Promise.all([subscribed(ending.url, token), events(ending.url, token)]);
  expect(await stream.next()).toMatchObject({ event: 'next' });
  expect(stream.received()).toMatch(/^retry: \d{4}\n\n/);
  const begun = performance.now();
  await ending.close();
  expect(performance.now() - begun).toBeLessThan(4000);
  expect(await socket.closed).toBe(1012);
  expect(socket.heard.map(({ type }) => type)).not.toContain('error');
  expect(await stream.next()).toBeNull();
  expect(stream.received()).not.toContain('event: complete');
});
