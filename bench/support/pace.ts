import { connect, type Socket } from 'node:net';
import { readAnswers } from './read-answers.ts';

/** What a paced load was answered; latencies count from when a request was due. */
export type PaceResult = { answered: number; latencies: number[]; refused: number; unanswered: number };

export type Pace = { port: number; connections: number; perSecond: number; seconds: number; nextRequest: () => Buffer };

const tickMs = 4;

/** Sends so many requests in each second, whether or not those before are answered; too many at once wait for a connection. */
export async function sendAtPace({ port, connections, perSecond, seconds, nextRequest }: Pace): Promise<PaceResult> {
  const latencies: number[] = [];
  let refused = 0;
  const waiting: { request: Buffer; due: number }[] = [];
  const idle: Socket[] = [];
  const due = new Map<Socket, number>();
  const send = (socket: Socket, next: { request: Buffer; due: number }) => {
    due.set(socket, next.due);
    socket.write(next.request);
  };
  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.setNoDelay(true);
      socket.on('error', reject);
      readAnswers(socket, (isOk) => {
        latencies.push(performance.now() - (due.get(socket) as number));
        due.delete(socket);
        if (!isOk) refused += 1;
        const next = waiting.shift();
        if (next) send(socket, next);
        else idle.push(socket);
      });
    });
  const sockets = await Promise.all(Array.from({ length: connections }, open));
  idle.push(...sockets);
  const started = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - started;
      const wanted = Math.floor(Math.min(elapsed / 1000, seconds) * perSecond);
      for (; sent < wanted; sent++) {
        const next = { request: nextRequest(), due: started + (sent / perSecond) * 1000 };
        const socket = idle.shift(); // in turn: one that idles for long is closed by the server
        if (socket) send(socket, next);
        else waiting.push(next);
      }
      if (elapsed < seconds * 1000) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  const end = performance.now() + 5000;
  while (due.size + waiting.length > 0 && performance.now() < end) await new Promise((soon) => setTimeout(soon, 20));
  for (const socket of sockets) socket.destroy();
  return { answered: latencies.length, latencies, refused, unanswered: due.size + waiting.length };
}
