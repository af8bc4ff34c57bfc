import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** Of a message with a row: its kind, its length, and how many values follow. */
const headBytes = 7;

/** A row as the database sent it, for the driver and for whoever wants its bytes. */
export class SmallRow {
  readonly name = 'dataRow';
  readonly bytes: Buffer;
  readonly begin: number;
  readonly end: number;

  constructor(bytes: Buffer, begin: number, end: number) {
    this.bytes = bytes;
    this.begin = begin;
    this.end = end;
  }

  get length(): number {
    return this.end - this.begin - 1;
  }

  /** Its values as text; null for those that are missing. */
  get fields(): (string | null)[] {
    const { bytes, begin, end } = this;
    const text = bytes.toString('latin1', begin, end);
    const values = new Array<string | null>(bytes.readUInt16BE(begin + headBytes - 2));
    let at = begin + headBytes;
    for (let i = 0; i < values.length; i++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) {
        values[i] = null;
        continue;
      }
      values[i] = isAscii(bytes, at, at + length)
        ? text.slice(at - begin, at - begin + length)
        : bytes.toString('utf8', at, at + length);
      at += length;
    }
    return values;
  }

  /** Notes where each value begins and how long it is, -1 for those that are missing: two numbers for each. */
  place(places: Int32Array): void {
    const { bytes } = this;
    let at = this.begin + headBytes;
    for (let i = 0; i < places.length; i += 2) {
      const length =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
      at += 4;
      places[i] = at;
      places[i + 1] = length;
      if (length > 0) at += length;
    }
  }
}

function isAscii(bytes: Buffer, begin: number, end: number): boolean {
  let all = 0;
  for (let i = begin; i < end; i++) all |= bytes[i] as number;
  return all < 128;
}

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
