const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const short: Readonly<Record<number, string>> = { 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' };
const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
/** "2026-11-01 09:30:00", and at most ".123", before "+00". */
const [shortestInstant, longestInstant] = [22, 26];

/**
 * JSON that is written byte by byte out of what the database sent: no value becomes a text of its own on its way. Room is
 * asked for beforehand.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;
  #isAscii = true;

  /** Begins anew, with room for so many bytes. */
  begin(room: number): void {
    if (this.#bytes.length < room) this.#bytes = Buffer.allocUnsafe(room * 2);
    this.#length = 0;
    this.#isAscii = true;
  }

  /** What has been written. */
  text(): string {
    return this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.#length);
  }

  /** Bytes of ASCII as they are. */
  copy(from: Uint8Array, begin: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = begin; i < end; i++) bytes[at++] = from[i] as number;
    this.#length = at;
  }

  /** A text of ASCII in which nothing is to be escaped. */
  word(from: Uint8Array, begin: number, end: number): void {
    this.#bytes[this.#length++] = quote;
    this.copy(from, begin, end);
    this.#bytes[this.#length++] = quote;
  }

  /** A text of UTF-8, escaped as JSON.stringify does. */
  string(from: Uint8Array, begin: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    let all = 0;
    bytes[at++] = quote;
    for (let i = begin; i < end; i++) {
      const byte = from[i] as number;
      all |= byte;
      if (byte < space || byte === quote || byte === backslash) {
        at += bytes.write(`\\${short[byte] ?? `u${byte.toString(16).padStart(4, '0')}`}`, at, 'latin1');
      } else bytes[at++] = byte;
    }
    bytes[at++] = quote;
    this.#length = at;
    if (all > 127) this.#isAscii = false;
  }

  /** The database's text of an instant, as instants are shown; false for one that is written in no usual way. */
  instant(from: Uint8Array, begin: number, end: number): boolean {
    const length = end - begin;
    if (length < shortestInstant || length > longestInstant || from[begin + 10] !== space) return false;
    if (from[end - 3] !== 0x2b || from[end - 2] !== 0x30 || from[end - 1] !== 0x30) return false;
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quote;
    for (let i = 0; i < 19; i++) bytes[at++] = from[begin + i] as number;
    bytes[at - 9] = 0x54; // T
    bytes[at++] = 0x2e; // .
    for (let i = 20; i < 23; i++) bytes[at++] = i < length - 3 ? (from[begin + i] as number) : 0x30;
    bytes[at++] = 0x5a; // Z
    bytes[at++] = quote;
    this.#length = at;
    return true;
  }

  /** Two runs of bytes as one text of base64url. */
  base64(first: Uint8Array, from: Uint8Array, begin: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quote;
    let bits = 0;
    let held = 0;
    const all = first.length + end - begin;
    for (let i = 0; i < all; i++) {
      bits = (bits << 8) | ((i < first.length ? first[i] : from[begin + i - first.length]) as number);
      held += 8;
      while (held >= 6) {
        held -= 6;
        bytes[at++] = base64[(bits >> held) & 63] as number;
      }
    }
    if (held > 0) bytes[at++] = base64[(bits << (6 - held)) & 63] as number;
    bytes[at++] = quote;
    this.#length = at;
  }
}
