import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { host: '0.0.0.0' } });
});
afterAll(() => app?.close());

const open = (accept: string) => fetch(`${app.url}/`, { headers: { accept }, redirect: 'manual' });

test('a browser is led to the playground, whether a key is needed or not', async () => {
  const reply = await open('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
  expect(reply.status).toBe(302);
  expect(reply.headers.get('vary')).toContain('accept');
  const { pathname } = new URL(reply.headers.get('location') ?? '', `${app.url}/`);
  expect(pathname).toBe('/graphql');
  const page = await fetch(`${app.url}${pathname}`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-type')).toContain('text/html');
});

test.each(['*/*', 'application/json', 'application/json, text/html;q=0.9'])(
  'who asks for %s is told where everything is',
  async (accept) => {
    const reply = await open(accept);
    expect(reply.status).toBe(200);
    const addresses = (await reply.json()) as Record<string, string>;
    expect(addresses).toMatchObject({ graphql: '/graphql', playground: '/graphql' });
    for (const address of Object.values(addresses)) expect((await fetch(`${app.url}${address}`)).status).not.toBe(404);
  },
);

test('nothing else is opened by it: questions need a key', async () => {
  for (const path of ['/graphql', '//graphql', '/graphql/']) {
    const reply = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ accounts { name } }"}',
    });
    expect(reply.status, path).not.toBe(200);
  }
});
