import type { Socket } from 'node:net';

/** Cuts a reader off that takes nothing for so long while something waits for it. What is returned ends the watch. */
export function watchReader(socketOf: () => Socket | null, stillMs: number, onStill: () => void): () => void {
  let taken = -1;
  let since = performance.now();
  const look = () => {
    const socket = socketOf();
    if (!socket) return;
    const now = performance.now();
    const bytes = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0 || bytes !== taken) {
      taken = bytes;
      since = now;
    } else if (now - since >= stillMs) onStill();
  };
  const clock = setInterval(look, Math.min(1000, stillMs / 4)).unref();
  return () => clearInterval(clock);
}
