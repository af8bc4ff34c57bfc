import { connect } from 'node:net';
import type { TestApp } from '../support/app.ts';

export type RawAnswer = { status: number; headers: string; body: string };

/** Sends a request as these lines, with nothing added but what a body needs; a status of 0: there was no answer. */
export function sendRaw({ url }: TestApp, lines: readonly string[], body = ''): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${[...lines, ...length, 'connection: close'].join('\r\n')}\r\n\r\n${body}`);
    });
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = heard.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1] ?? 0), headers: head.toLowerCase(), body: rest.join('\r\n\r\n') });
    });
  });
}

/** A question sent under a name, with further lines of its head. */
export function askAs(
  app: TestApp,
  host: string | null,
  query: string,
  more: readonly string[] = [],
): Promise<RawAnswer> {
  const named = host === null ? [] : [`Host: ${host}`];
  const lines = ['POST /graphql HTTP/1.1', ...named, 'content-type: application/json', ...more];
  return sendRaw(app, lines, JSON.stringify({ query }));
}
