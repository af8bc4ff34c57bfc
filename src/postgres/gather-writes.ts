import type { Duplex } from 'node:stream';

/**
 * Makes a stream send what is written within one turn of the event loop at once. Each sending wakes the database, which
 * would answer one statement before it sees the next: with several in a row that cost more than running them.
 */
export function gatherWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isGathering = false;
  stream.write = (...args: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(() => {
        isGathering = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}
