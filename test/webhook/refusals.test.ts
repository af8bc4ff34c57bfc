import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { keptEvents, knock, knockRaw } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const door = `/webhooks/callerdesk/${testSecret}`;
const report = JSON.stringify({ CallSid: '1672649960.1', Direction: 'IVR', StartTime: '2023-01-02 14:29:20' });

describe('a wrong secret learns nothing: it is answered as any path that leads nowhere', () => {
  const wrong = [
    ['another', 'another-secret-of-that-length'],
    ['none', ''],
    ['one letter less', testSecret.slice(0, -1)],
    ['one letter more', `${testSecret}0`],
    ['the right one in capitals', testSecret.toUpperCase()],
    ['the right one with a space', `${testSecret}%20`],
    ['the right one with a NUL', `${testSecret}%00`],
    ['the right one and a slash that is none', `${testSecret}%2Fcall-report`],
    ['the right one and a broken escape', `${testSecret}%`],
    ['a broken escape', '%zz'],
    ['an escape of half a character', '%E0%A4'],
    ['escapes of no character', '%ff%fe'],
    ['an escaped dot', '..%2f..%2fgraphql'],
    ['200 letters', 'x'.repeat(200)],
    ['201 letters', 'x'.repeat(201)],
    ['10,000 letters', 'x'.repeat(10_000)],
    ['a parameter after a semicolon', `${testSecret};v=1`],
    ['a pattern', ':secret'],
    ['a star', '*'],
  ] as const;

  test.each(wrong)('%s', async (_what, secret) => {
    const nowhere = await knock(app, { path: '/nothing', headers: json, body: report });
    expect(nowhere.status).toBe(404);
    for (const method of ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const under of ['', '/', '/call-report', '/live-call', '/nothing']) {
        const path = `/webhooks/callerdesk/${secret}${under}`;
        const bodiless = ['GET', 'HEAD', 'TRACE'].includes(method);
        const answer = await knock(app, { method, path, headers: json, ...(!bodiless && { body: report }) });
        expect({ method, under, status: answer.status, type: answer.headers['content-type'] }).toEqual({
          method,
          under,
          status: nowhere.status,
          type: nowhere.headers['content-type'],
        });
        if (method !== 'HEAD') expect(answer.body).toBe(nowhere.body);
        expect(answer.headers.allow).toBeUndefined();
      }
    }
  });

  test.each([
    ['a body that is too large', { ...json }, 'x'.repeat(200_000)],
    ['a type of no delivery', { 'content-type': 'image/png' }, 'x'],
    ['a type that is none', { 'content-type': 'rubbish' }, 'x'],
    ['no type', {}, 'x'],
    ['a body that does not parse', { ...json }, '{'],
  ])('also with %s', async (_what, headers, body) => {
    for (const path of ['/webhooks/callerdesk/another-secret', '/nothing']) {
      for (const isChunked of [false, true]) {
        const { status, body: said } = await knock(app, { path, headers, body, isChunked });
        expect({ status, said }).toEqual({ status: 404, said: '{"error":"not found"}' });
      }
    }
  });

  test('also in bytes that are no text', async () => {
    const line = (before: string, secret: Buffer) =>
      Buffer.concat([Buffer.from(`GET ${before}`), secret, Buffer.from('?CallSid=1 HTTP/1.1')]);
    for (const secret of [Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('आ'), Buffer.from(`${testSecret}é`, 'latin1')]) {
      const nowhere = await knockRaw(app, line('/nothing/', secret));
      expect(nowhere.status).toBe(400);
      expect(await knockRaw(app, line('/webhooks/callerdesk/', secret))).toEqual(nowhere);
    }
  });

  test('nothing of it is kept', async () => {
    expect(await keptEvents(app)).toEqual([]);
  });
});

describe('the right secret', () => {
  test('counts in any valid spelling of the URL', async () => {
    const escaped = testSecret.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    const { status, body } = await knock(app, { path: `/webhooks/callerdesk/${escaped}`, headers: json, body: '{}' });
    expect({ status, body }).toEqual({ status: 200, body: 'success' });
  });

  test.each(['HEAD', 'OPTIONS'])(
    'with %s, by which senders check an address: 200, and nothing is kept',
    async (method) => {
      const before = await keptEvents(app);
      for (const under of ['', '/call-report', '/live-call', '/', '?CallSid=1672649960.77']) {
        const answer = await knock(app, { method, path: `${door}${under}`, headers: json });
        expect({ under, status: answer.status, allow: answer.headers.allow }).toEqual({
          under,
          status: 200,
          allow: 'GET, HEAD, OPTIONS, POST',
        });
      }
      expect(await keptEvents(app)).toEqual(before);
    },
  );

  test('with neither body nor query: 200, and nothing is kept', async () => {
    const before = await keptEvents(app);
    for (const under of ['', '/call-report', '?']) {
      for (const headers of [{}, json, { 'content-type': 'image/png' }] as Record<string, string>[]) {
        for (const sent of [{ method: 'GET' }, { body: '' }, { body: '', isChunked: true }, {}]) {
          const { status, body } = await knock(app, { path: `${door}${under}`, headers, ...sent });
          expect({ status, body }).toEqual({ status: 200, body: 'success' });
        }
      }
    }
    expect(await keptEvents(app)).toEqual(before);
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'])('with %s: 405, and what is allowed', async (method) => {
    for (const under of ['', '/call-report', '/live-call', '/']) {
      for (const headers of [{}, json, { 'content-type': 'image/png' }, { 'content-type': 'rubbish' }]) {
        const path = `${door}${under}?CallSid=1`;
        const body = method === 'TRACE' ? undefined : 'x'.repeat(100_000);
        const answer = await knock(app, { method, path, headers, ...(body && { body }) });
        expect({ method, status: answer.status, allow: answer.headers.allow }).toEqual({
          method,
          status: 405,
          allow: 'GET, HEAD, OPTIONS, POST',
        });
      }
    }
  });

  test.each(['/nothing', '/call-reports', '/call-report/more', '//', '/CALL-REPORT'])(
    'with %s behind it leads nowhere',
    async (under) => {
      const { status, body } = await knock(app, { path: `${door}${under}`, headers: json, body: report });
      expect({ status, body }).toEqual({ status: 404, body: '{"error":"not found"}' });
    },
  );

  const exactly = (bytes: number) => JSON.stringify({ note: 'x'.repeat(bytes - '{"note":""}'.length) });

  test('with 64 kB: taken', async () => {
    for (const isChunked of [false, true]) {
      const { status } = await knock(app, { path: door, headers: json, body: exactly(64 * 1024), isChunked });
      expect(status).toBe(200);
    }
  });

  test.each([
    ['one byte more', 64 * 1024 + 1],
    ['a megabyte', 1024 * 1024],
  ])('with %s: 413, whether or not it says so before', async (_what, size) => {
    for (const isChunked of [false, true]) {
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
        const headers = { 'content-type': type };
        const { status } = await knock(app, { path: door, headers, body: exactly(size), isChunked });
        expect(status).toBe(413);
      }
    }
  });

  test.each([
    ['longer than a body may be: 413', 64 * 1024 + 1, 413],
    ['longer than a server reads: 431', 100_000, 431],
  ])('with a query string %s, refused and not cut', async (_what, length, status) => {
    const query = `CallSid=1&note=${'x'.repeat(length)}`.slice(0, length);
    expect((await knock(app, { method: 'GET', path: `${door}?${query}` })).status).toBe(status);
  });

  test('nothing that was refused is kept', async () => {
    const kept = await keptEvents(app);
    expect(new Set(kept.map(({ state }) => state))).toEqual(new Set(['IGNORED', 'DUPLICATE']));
    expect(kept).toHaveLength(3); // the empty object, and twice 64 kB
  });
});
