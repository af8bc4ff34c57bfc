import { createClient, NetworkError } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { logEntries } from './log-entries.ts';
import { openEvents } from './open-events.ts';
import { figures, ringing } from './subscribed.ts';

const token = 'an-admin-token-for-tests';
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { adminToken: token }, hosts: { host: '127.0.0.1' } });
});
afterAll(() => app?.close());

const key = { 'x-api-key': token };
const post = (query: unknown, headers: Record<string, string> = key) =>
  openEvents(`${app.url}/graphql/stream`, { headers, body: { query } });

test('answers come as events, until their reader leaves', async () => {
  const stream = await post(figures);
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  const first = await stream.next();
  expect(first).toMatchObject({ event: 'next', data: { data: { callMetrics: { totals: { callCount: 0 } } } } });
  const coming = stream.next();
  await app.send(ringing('stream-1'));
  expect(await coming).toMatchObject({ event: 'next', data: { data: { callMetrics: { totals: { callCount: 1 } } } } });
  stream.leave();
});

test('a client of graphql-sse gets answers and errors', async () => {
  const client = createClient({ url: `${app.url}/graphql/stream`, headers: key, retryAttempts: 0 });
  const answers = client.iterate({ query: figures });
  expect(await answers.next()).toMatchObject({ value: { data: { callMetrics: { totals: {} } } } });
  await answers.return?.();
  const wrong = client.iterate({ query: 'subscription { nothing }' });
  expect(await wrong.next()).toMatchObject({
    value: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  });
  expect(await wrong.next()).toMatchObject({ done: true });
  client.dispose();
  const stranger = createClient({ url: `${app.url}/graphql/stream`, retryAttempts: 0 });
  await expect(stranger.iterate({ query: figures }).next()).rejects.toThrow(NetworkError);
  stranger.dispose();
});

describe('what is refused', () => {
  test('nobody without a key, or with a wrong one', async () => {
    const wrong: Record<string, string>[] = [{}, { authorization: 'Bearer wrong' }];
    for (const headers of wrong) {
      const reply = await post(figures, headers);
      expect(reply.status).toBe(401);
      expect(await reply.text()).toContain('UNAUTHENTICATED');
    }
  });

  test('queries and mutations, which are told where they go', async () => {
    for (const query of ['{ accounts { name } }', 'mutation { updateAgent(id: "x", name: "y") { id } }']) {
      const stream = await post(query);
      expect(await stream.next()).toMatchObject({
        event: 'next',
        data: { errors: [{ message: expect.stringContaining('/graphql'), extensions: { code: 'WRONG_TRANSPORT' } }] },
      });
      expect(await stream.next()).toMatchObject({ event: 'complete' });
    }
  });

  test('an answer of another kind than events', async () => {
    const reply = await post(figures, { ...key, accept: 'application/json' });
    expect([reply.status, await reply.text()]).toEqual([406, expect.stringContaining('Accept: text/event-stream')]);
    const plain = await post('{ accounts { name } }', { ...key, accept: '*/*' });
    expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('WRONG_TRANSPORT')]);
  });

  test('several subscriptions over one stream', async () => {
    const client = createClient({
      url: `${app.url}/graphql/stream`,
      headers: key,
      singleConnection: true,
      retryAttempts: 0,
    });
    await expect(client.iterate({ query: figures }).next()).rejects.toThrow('405');
    client.dispose();
    const reply = await fetch(`${app.url}/graphql/stream`, { method: 'PUT', headers: key });
    expect(await reply.text()).toContain('single connection mode');
  });

  test('pages of others, and nobody under another name', async () => {
    const foreign = await post(figures, { ...key, origin: 'https://evil.example' });
    expect([foreign.status, await foreign.text()]).toEqual([403, expect.stringContaining('ALLOWED_ORIGINS')]);
    const own = await post(figures, { ...key, origin: app.url });
    expect(own.status).toBe(200);
    own.leave();
    const get = await fetch(`${app.url}/graphql/stream?query=${encodeURIComponent(figures)}`, {
      headers: { ...key, 'sec-fetch-site': 'cross-site' },
    });
    expect(get.status).toBe(403);
  });

  test('a body that is no JSON, or too large', async () => {
    const text = await fetch(`${app.url}/graphql/stream`, {
      method: 'POST',
      headers: { ...key, 'content-type': 'text/plain' },
      body: figures,
    });
    expect(text.status).toBe(415);
    const large = await post('x'.repeat(2_000_000));
    expect(large.status).toBe(413);
  });
});

test('a GET is answered as well', async () => {
  const query = `query=${encodeURIComponent(figures)}`;
  const stream = await openEvents(`${app.url}/graphql/stream?${query}`, { headers: key });
  expect(await stream.next()).toMatchObject({ event: 'next', data: { data: {} } });
  stream.leave();
  const broken = await openEvents(`${app.url}/graphql/stream?${query}&variables=%7B`, { headers: key });
  expect(await broken.next()).toMatchObject({ data: { errors: [{ message: expect.stringContaining('variables') }] } });
});

test('the log tells when a subscription began and ended, what it cost and who was refused', async () => {
  const stream = await post('subscription Noted { liveCalls { callSid } }');
  await stream.next();
  stream.leave();
  await post('query NotHere { accounts { name } }').then((refused) => refused.text());
  const entries = await logEntries(app, 3, ['Noted', 'NotHere']);
  expect(entries).toEqual([
    { name: 'NotHere', type: 'QUERY', requested: 50, actual: 1, status: 400, code: 'WRONG_TRANSPORT' },
    { name: 'Noted', type: 'SUBSCRIPTION', requested: expect.any(Number), actual: null, status: 200, code: null },
    { name: 'Noted', type: 'SUBSCRIPTION', requested: null, actual: expect.any(Number), status: 200, code: null },
  ]);
});
