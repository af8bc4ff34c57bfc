import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What comes back until the connection is closed. */
function say(text: string): Promise<{ status: number; type: string; body: string }> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let heard = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      heard += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const [head = '', body = ''] = heard.split('\r\n\r\n');
      const type = /content-type: ([^\r;]+)/i.exec(head)?.[1] ?? '';
      resolve({ status: Number(/ (\d+) /.exec(head)?.[1]), type, body });
    });
    socket.write(text);
  });
}

const host = 'Host: localhost\r\n';
const json = 'content-type: application/json\r\n';
const long = `x: ${'x'.repeat(90_000)}\r\n`;

test.each([
  ['headers that are too long', 431, `POST /graphql HTTP/1.1\r\n${host}${long}\r\n`],
  ['an address that is too long', 431, `GET /graphql?query=${'x'.repeat(90_000)} HTTP/1.1\r\n${host}\r\n`],
  [
    'what nobody offers',
    417,
    `POST /graphql HTTP/1.1\r\n${host}${json}Expect: a-wonder\r\ncontent-length: 2\r\n\r\n{}`,
  ],
  ['a body that is too large', 413, `POST /graphql HTTP/1.1\r\n${host}${json}content-length: 99000000\r\n\r\n{}`],
  ['what is no HTTP', 400, `POST /graphql HTTP/9.9\r\n${host}\r\n`],
])('%s: %i, in the form of GraphQL', async (_what, status, request) => {
  const answer = await say(request);
  expect(answer).toMatchObject({ status, type: 'application/json' });
  const { data, errors } = JSON.parse(answer.body);
  expect(data).toBeUndefined();
  expect(errors).toEqual([{ message: expect.stringMatching(/\w/), extensions: expect.objectContaining({}) }]);
  expect(['BAD_REQUEST', 'TOO_EXPENSIVE']).toContain(errors[0].extensions.code);
});

test.each([
  ['what nobody offers', 417, `POST /graphqlish HTTP/1.1\r\n${host}Expect: a-wonder\r\n\r\n`],
  ['what is no HTTP', 400, 'graphql\r\n\r\n'],
])('elsewhere %s: %i, and no form of GraphQL', async (_what, status, request) => {
  const { body, ...answer } = await say(request);
  expect(answer).toMatchObject({ status, type: 'text/plain' });
  expect(body).not.toContain('errors');
});
