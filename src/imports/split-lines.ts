import { maxRowBytes } from './row-splitter.ts';

/** A line without its end, and its number. */
export type Line = { number: number; bytes: Buffer; isTooLong: boolean };

/** What lines end with: the second alone, where the first stands nowhere. */
export const newline = 10;
export const carriageReturn = 13;
const nothing = Buffer.alloc(0);

/** Cuts what comes piece by piece into lines. */
export class LineSplitter {
  readonly #end: number;
  #number = 0;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(end: number) {
    this.#end = end;
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(this.#end); at >= 0; at = chunk.indexOf(this.#end, from)) {
      lines.push(this.#close(chunk.subarray(from, at)));
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  end(): Line[] {
    return this.#restBytes > 0 ? [this.#close(nothing)] : [];
  }

  #close(last: Buffer): Line {
    this.#number += 1;
    this.#keep(last);
    const isTooLong = this.#restBytes > maxRowBytes;
    const bytes = this.#rest.length === 1 ? (this.#rest[0] as Buffer) : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return { number: this.#number, bytes: bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes, isTooLong };
  }

  #keep(bytes: Buffer): void {
    if (bytes.length > 0 && this.#restBytes <= maxRowBytes) this.#rest.push(bytes);
    this.#restBytes += bytes.length;
  }
}

/** Whether there is nothing but white space. */
export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte <= 0x20);
}
