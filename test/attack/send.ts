import { Agent, request } from 'node:http';
import type { Attack } from './attacks.ts';

/** An answer; of a large one only its size and its beginning are kept. */
export type Reply = { status: number; bytes: number; start: string; ms: number };

const agent = new Agent({ keepAlive: true });
const shown = 100_000;

/** Sends an attack to a service, and says how long the whole of it took. */
export function send(
  url: string,
  { method, body, search }: Pick<Attack, 'method' | 'body' | 'search'>,
): Promise<Reply> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}/graphql${search}`, { method, agent, headers });
    let answered = false;
    // A body that is too large is refused before all of it is sent.
    sent.on('error', (error) => answered || reject(error));
    sent.on('response', (response) => {
      answered = true;
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        if (bytes < shown) parts.push(part);
        bytes += part.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, bytes, start: text, ms: performance.now() - start });
      });
    });
    sent.end(body);
  });
}
