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
