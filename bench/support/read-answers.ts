import type { Socket } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

/** Tells of each whole answer to one request at a time on a connection, and whether it is a 200. */
export function readAnswers(socket: Socket, onAnswer: (isOk: boolean) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    const head = buffered.indexOf(headEnd);
    if (head < 0) return;
    const text = buffered.toString('latin1', 0, head);
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (buffered.length < head + 4 + length) return;
    buffered = buffered.subarray(head + 4 + length);
    onAnswer(text.startsWith('HTTP/1.1 200'));
  });
}
