import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { keptEvents } from '../webhook/knock.ts';

const webhook = `/webhooks/callerdesk/${testSecret}`;
const head = (path: string, length: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Ended = { seconds: number; status: number; answers: number; heard: string };

/** Sends `first` at once and then a letter again and again, whatever comes back, until the connection is closed. */
function trickle(first: string, letter: string): Promise<Ended> {
  const { hostname, port } = new URL(app.url);
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let heard = '';
    if (first) socket.write(first);
    const sending = setInterval(() => letter && socket.writable && socket.write(letter), 300);
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', () => {}); // written to what was closed
    socket.on('close', () => {
      clearInterval(sending);
      const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)];
      const seconds = (performance.now() - began) / 1000;
      resolve({ seconds, status: Number(statuses.at(-1)?.[1] ?? 0), answers: statuses.length, heard });
    });
    socket.on('end', () => !letter && socket.end());
  });
}

describe('who sends slowly loses the connection after 15 s', { timeout: 90_000 }, () => {
  test.concurrent.each([
    ['nothing at all', '', ''],
    ['the first line letter by letter', 'POST ', '/'],
    ['the head of a delivery letter by letter', `POST ${webhook} HTTP/1.1\r\nHost: localhost\r\nx: `, 'x'],
    ['the head of a question letter by letter', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nx: ', 'x'],
    ['a delivery letter by letter', head(webhook, 'content-length: 5000'), 'x'],
    ['a question letter by letter', head('/graphql', 'content-length: 5000'), ' '],
    ['a delivery piece by piece', head(webhook, 'transfer-encoding: chunked'), '1\r\nx\r\n'],
    ['a question piece by piece', head('/graphql', 'transfer-encoding: chunked'), '1\r\n \r\n'],
    ['a body that nobody asked for', head('/nothing', 'content-length: 5000'), 'x'],
    ['half a delivery and no more', `${head(webhook, 'content-length: 5000')}{"CallSid":`, ''],
    ['half a question and no more', `${head('/graphql', 'content-length: 5000')}{"query":`, ''],
    [
      'a second question letter by letter',
      `${head('/graphql', 'content-length: 33')}{"query":"{ accounts { name } }"}${head('/graphql', 'content-length: 9')}`,
      '',
    ],
  ])('%s', async (_what, first, letter) => {
    const { seconds, status, heard } = await trickle(first, letter);
    expect([404, 408]).toContain(status);
    expect(seconds).toBeLessThan(40);
    if (status === 408) expect(seconds).toBeGreaterThan(14);
    // Of a head that is not there as a whole nobody knows which door it is for: then it is told in the form of GraphQL, too.
    const isPlain = first.includes('\r\n\r\n') && !first.includes('/graphql');
    if (status === 408) expect(heard.includes('{"errors":[{"message":"The request was not there')).toBe(!isPlain);
  });

  test('nothing of it is kept, nothing is an error of the service, and others are answered', async () => {
    expect(await keptEvents(app)).toEqual([]);
    expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    expect(await app.send({ CallSid: '1672649960.9601' })).toBe(200);
  });
});
