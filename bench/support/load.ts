import { connect } from 'node:net';
import { readAnswers } from './read-answers.ts';

/** What a load was answered: how many, how fast, and what was no 200. */
export type LoadResult = { answered: number; perSecond: number; p50: number; p99: number; refused: number };

export type Load = {
  port: number;
  connections: number;
  seconds: number;
  /** Whole HTTP requests, one after another. */
  nextRequest: () => Buffer;
};

/** Keeps connections busy, one request at a time on each, and measures every answer. Cheap: it shares the machine. */
export async function runLoad({ port, connections, seconds, nextRequest }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let refused = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  const keepBusy = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        socket.write(nextRequest());
      };
      socket.on('connect', send);
      socket.on('error', reject);
      readAnswers(socket, (isOk) => {
        const now = performance.now();
        latencies.push(now - sentAt);
        if (!isOk) refused += 1;
        if (now < end) return send();
        socket.end();
        resolve();
      });
    });
  await Promise.all(Array.from({ length: connections }, keepBusy));
  const elapsed = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { answered: latencies.length, perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99), refused };
}

/** A POST of JSON as raw HTTP. */
/** `apiKey`: presented with it. */
export function jsonPost(path: string, body: unknown, apiKey?: string): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${apiKey ? `x-api-key: ${apiKey}\r\n` : ''}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
