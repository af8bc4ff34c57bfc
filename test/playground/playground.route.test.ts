import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildPlayground } from '../../scripts/build-playground.mjs';
import { playgroundRoute, readPlayground } from '../../src/doors/playground/playground.route.ts';

const browserAccepts = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

function serve(builtFolder?: string) {
  const app = Fastify();
  const playground = readPlayground(builtFolder);
  app.register(playgroundRoute, playground);
  app.get('/graphql', (request, reply) =>
    playground.isPage(request) ? playground.sendPage(reply) : reply.send({ data: null }),
  );
  return app;
}

beforeAll(() => buildPlayground(), 120_000);

describe('the page at /graphql', () => {
  test.each([
    ['a browser', browserAccepts, 'text/html; charset=utf-8'],
    ['a client that names nothing', '*/*', 'application/json; charset=utf-8'],
    ['a client that asks for JSON', 'application/json', 'application/json; charset=utf-8'],
    ['a GraphQL client', 'application/graphql-response+json, text/html;q=0.5', 'application/json; charset=utf-8'],
    ['a client to which both are equal', 'text/html, application/json', 'application/json; charset=utf-8'],
  ])('%s gets what it asks for', async (_who, accept, type) => {
    const reply = await serve().inject({ url: '/graphql', headers: { accept } });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toBe(type);
  });

  test('allows nothing from elsewhere and is asked for anew each time', async () => {
    const { headers } = await serve().inject({ url: '/graphql', headers: { accept: browserAccepts } });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      vary: 'accept',
    });
  });

  test('names its files relative to itself, so that it works under any path of a proxy', async () => {
    const { body } = await serve().inject({ url: '/graphql', headers: { accept: browserAccepts } });
    for (const [, address] of body.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^playground\/\w+\//);
  });

  test('says what to do if it was not built, while the API works', async () => {
    const app = serve('/nowhere');
    const page = await app.inject({ url: '/graphql', headers: { accept: browserAccepts } });
    expect(page.statusCode).toBe(503);
    expect(page.body).toContain('npm run build');
    expect((await app.inject({ url: '/graphql', headers: { accept: '*/*' } })).json()).toEqual({ data: null });
    expect((await app.inject('/playground/main.js')).statusCode).toBe(404);
  });
});

describe('the files under /playground/', () => {
  async function mainScript() {
    const { body } = await serve().inject({ url: '/graphql', headers: { accept: browserAccepts } });
    return `/${/src="([^"]*main\.js)"/.exec(body)?.[1]}`;
  }

  test('come compressed as the browser likes, the same in every form, to be kept for ever', async () => {
    const app = serve();
    const url = await mainScript();
    const plain = await app.inject(url);
    const gzip = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate' } });
    const brotli = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } });
    const refused = await app.inject({ url, headers: { 'accept-encoding': 'br;q=0, gzip' } });
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(refused.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(brotliDecompressSync(brotli.rawPayload).equals(plain.rawPayload)).toBe(true);
  });

  test.each([
    '/playground/',
    '/playground/manifest.json',
    '/playground/index.html',
    '/playground/../../package.json',
    '/playground/..%2f..%2fpackage.json',
    '/playground/%2e%2e/manifest.json',
    '/playground/constructor',
  ])('are a closed list: %s is not on it', async (url) => {
    expect((await serve().inject(url)).statusCode).toBe(404);
  });
});
