import type { PgColumn } from 'drizzle-orm/pg-core';
import { msOf } from '../../time/instant.ts';
import { isText } from '../columns.ts';

/** Bytes that grow as they are written. */
export class BinaryText {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  clear(): void {
    this.#at = 0;
  }

  /** What was written; valid until the next clear. */
  whole(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#at += bytes.copy(this.#bytes, this.#at);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#at] = value >> 8;
    this.#bytes[this.#at + 1] = value;
    this.#at += 2;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#put32(value);
  }

  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.#put32(high);
    this.#put32(value - high * 2 ** 32);
  }

  /** Its length in bytes, and the text in UTF-8. */
  text(value: string): void {
    this.#reserve(4 + value.length * 3);
    const start = this.#at + 4;
    const length = writeAscii(this.#bytes, start, value) ?? this.#bytes.write(value, start);
    this.#put32(length);
    this.#at = start + length;
  }

  // Byte by byte: there are sixty in a call, and Buffer's own would check the range of each.
  #put32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#at = at + 4;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + count));
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
  }
}

// Most texts are short, and calling into Buffer for one costs more than writing it.
function writeAscii(bytes: Buffer, start: number, text: string): number | null {
  if (text.length > 40) return null;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return null;
    bytes[start + i] = code;
  }
  return text.length;
}

type WriteValue = (to: BinaryText, value: never) => void;

// PostgreSQL counts from 2000, in microseconds.
const epochMs = Date.UTC(2000, 0);

const writers: Record<string, WriteValue> = {
  integer: (to, value: number) => {
    to.int32(4);
    to.int32(value);
  },
  bigint: (to, value: number) => {
    to.int32(8);
    to.int64(value);
  },
  'timestamp(3) with time zone': (to, value: string) => {
    to.int32(8);
    to.int64((msOf(value) - epochMs) * 1000);
  },
  bytea: (to, value: Buffer) => {
    to.int32(value.length);
    to.raw(value);
  },
  boolean: (to, value: boolean) => {
    to.int32(1);
    to.raw(Buffer.of(Number(value)));
  },
  'double precision': (to, value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    to.int32(8);
    to.raw(bytes);
  },
  jsonb: (to, value: unknown) => {
    const text = Buffer.from(JSON.stringify(value));
    to.int32(text.length + 1);
    to.raw(Buffer.of(1)); // the form's version
    to.raw(text);
  },
  numeric: (to, value: string) => writeDecimal(to, value),
  'text[]': (to, value: string[]) => writeTexts(to, value),
};
const writeText: WriteValue = (to, value: string) => to.text(value);

/** Writes values of a column in PostgreSQL's binary form, with their length. */
export function binaryWriter(column: PgColumn): (to: BinaryText, value: unknown) => void {
  const type = column.getSQLType();
  const write = isText(column) ? writeText : writers[type];
  if (!write) throw new Error(`values of type ${type} are not written here`);
  return (to, value) => (value == null ? to.int32(-1) : write(to, value as never));
}

const smallWhole = /^[1-9]\d{0,3}$/;

/** Plain decimal text, by groups of four digits on either side of the point. */
function writeDecimal(to: BinaryText, text: string): void {
  if (smallWhole.test(text)) {
    to.int32(10);
    to.int64(2 ** 48); // one group, the first before the point, of no sign and no fraction
    to.int16(Number(text));
    return;
  }
  const isNegative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const wholeGroups = Math.ceil(whole.length / 4);
  const padded = whole.padStart(wholeGroups * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const groups = (padded.match(/.{4}/g) ?? []).map(Number);
  let first = groups.findIndex((group) => group !== 0);
  if (first < 0) first = groups.length;
  const last = groups.findLastIndex((group) => group !== 0) + 1;
  const used = groups.slice(first, Math.max(first, last));
  to.int32(8 + used.length * 2);
  to.int16(used.length);
  to.int16(used.length === 0 ? 0 : wholeGroups - 1 - first);
  to.int16(isNegative && used.length > 0 ? 0x4000 : 0);
  to.int16(fraction.length);
  for (const group of used) to.int16(group);
}

const textOid = 25;

function writeTexts(to: BinaryText, texts: readonly string[]): void {
  const items = texts.map((text) => Buffer.from(text));
  to.int32(12 + (texts.length && 8) + items.reduce((sum, item) => sum + 4 + item.length, 0));
  to.int32(texts.length && 1);
  to.int32(0);
  to.int32(textOid);
  if (texts.length === 0) return;
  to.int32(texts.length);
  to.int32(1);
  for (const item of items) {
    to.int32(item.length);
    to.raw(item);
  }
}
