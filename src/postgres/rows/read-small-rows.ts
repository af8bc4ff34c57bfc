import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { SmallRow } from './small-row.ts';

const dataRow = 0x44;
const headerBytes = 5;
/** Longer ones are left to the driver: it reads each of their values by itself. */
const longestRow = 4096;

/**
 * Has the rows of answers read here, each at once: the driver asks Node for every single value as a text, which for a page of
 * small values is most of what reading it takes. Everything else that the database sends is the driver's, in the same order.
 */
export function readSmallRows(connection: pg.Connection & { stream: Duplex }): void {
  const { stream } = connection;
  const toDriver = stream.listeners('data') as ((bytes: Buffer) => void)[];
  const forDriver = (bytes: Buffer) => {
    for (const listener of toDriver) listener.call(stream, bytes);
  };
  const messages = new WholeMessages();
  stream.removeAllListeners('data');
  stream.on('data', (received: Buffer) => {
    const bytes = messages.add(received);
    let begin = 0;
    let at = 0;
    while (at < bytes.length) {
      const end = endOf(bytes, at);
      if (bytes[at] === dataRow && end - at <= longestRow) {
        if (begin < at) forDriver(bytes.subarray(begin, at));
        begin = end;
        connection.emit('dataRow', new SmallRow(bytes, at, end));
      }
      at = end;
    }
    if (begin < at) forDriver(bytes.subarray(begin, at));
  });
}

/** Where the message ends that begins there: a byte for its kind, and how long the rest of it is. */
const endOf = (bytes: Buffer, at: number) => at + 1 + bytes.readUInt32BE(at + 1);

/** Gathers what is received until there are whole messages. */
class WholeMessages {
  #parts: Buffer[] = [];
  #length = 0;
  #needed = 0;

  /** All messages that are whole by now, and nothing else. */
  add(received: Buffer): Buffer {
    this.#parts.push(received);
    this.#length += received.length;
    if (this.#length < this.#needed) return empty;
    const bytes = this.#parts.length === 1 ? received : Buffer.concat(this.#parts, this.#length);
    let end = 0;
    this.#needed = headerBytes;
    while (end + headerBytes <= bytes.length) {
      const next = endOf(bytes, end);
      if (next > bytes.length) {
        this.#needed = next - end;
        break;
      }
      end = next;
    }
    this.#parts = end < bytes.length ? [bytes.subarray(end)] : [];
    this.#length = bytes.length - end;
    return bytes.subarray(0, end);
  }
}

const empty = Buffer.alloc(0);
