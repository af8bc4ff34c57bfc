import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { openEvents } from './open-events.ts';
import { figures } from './subscribed.ts';

const token = 'an-admin-token-for-tests';
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { adminToken: token } });
});
afterAll(() => app?.close());

const ask = (headers: Record<string, string>) => fetch(`${app.url}/graphql/stream/ticket`, { method: 'POST', headers });

async function ticketOf(key: string): Promise<string> {
  const { ticket, expiresInSeconds } = (await (await ask({ 'x-api-key': key })).json()) as Record<string, string>;
  expect(expiresInSeconds).toBe(30);
  return ticket ?? '';
}

const open = (ticket: string) =>
  openEvents(`${app.url}/graphql/stream?query=${encodeURIComponent(figures)}&ticket=${ticket}`);

test('a ticket stands for its key, once', async () => {
  const ticket = await ticketOf(token);
  expect(ticket).toMatch(/^[\w-]{43}$/);
  const stream = await open(ticket);
  expect(await stream.next()).toMatchObject({ event: 'next', data: { data: {} } });
  stream.leave();
  const again = await open(ticket);
  expect([again.status, await again.text()]).toEqual([401, expect.stringContaining('/graphql/stream/ticket')]);
  expect(JSON.stringify(app.logged)).not.toContain(ticket);
});

test('one that was not used in time, or was never given, is none', async () => {
  const ticket = await ticketOf(token);
  await app.database.pool.query("update stream_tickets set expires_at = now() - interval '1 second'");
  for (const wrong of [ticket, 'x'.repeat(43), '']) expect((await open(wrong)).status).toBe(401);
  expect((await fetch(`${app.url}/graphql?query={__typename}&ticket=${await ticketOf(token)}`)).status).toBe(401);
});

test('it is given to who has a right key alone, and ends with it', async () => {
  expect((await ask({})).status).toBe(401);
  expect((await ask({ 'x-api-key': 'wrong' })).status).toBe(401);
  expect((await ask({ 'x-api-key': token, origin: 'https://evil.example' })).status).toBe(403);
  const made = await app.client.request<{ createApiKey: { secret: string } }>(
    'mutation { createApiKey(input: { name: "streamer", scopes: [METRICS] }) { secret } }',
    {},
    { 'x-api-key': token },
  );
  const stream = await open(await ticketOf(made.createApiKey.secret));
  expect(await stream.next()).toMatchObject({ event: 'next', data: { data: {} } });
  await app.database.pool.query("update api_keys set revoked_at = now() where name = 'streamer'");
  expect(await stream.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
}, 15_000);
