import type { ImportedRow } from '../ingestion/read-imported.ts';
import { maxRowBytes, type RowSplitter, tooLong } from './row-splitter.ts';

const [newline, quote, comma, colon, backslash] = [0x0a, 0x22, 0x2c, 0x3a, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

const callKey = /"\s*(?:call[\s_.-]*sid|sid[\s_.-]*id)\s*"\s*:\s*["\d]/i;

/**
 * The rows of a JSON document: the members of the outermost list, or of lists of objects or lists anywhere in an object; or objects
 * one after another. Cuts out their bytes as they are, for parsed numbers would lose digits and objects repeated keys.
 */
export class JsonRows implements RowSplitter {
  #buffer: Buffer = Buffer.alloc(0);
  /** Where the row that was begun starts in the buffer; -1: in none. */
  #start = -1;
  #startLine = 1;
  #line = 1;
  #rows = 0;
  #depth = 0;
  /** At which depth rows stand. */
  #rowDepth = 0;
  #inString = false;
  #isEscaped = false;
  #isScalar = false;
  /** A list was just opened in an object: if objects follow, they are the rows, and the object is none. */
  #mayBeRows = false;
  /** Whether the row that was begun has been found to tell of a call itself. */
  #isCallItself = false;
  #isLost = false;

  /** `isInObject`: the keys and values of the outermost object are the rows. */
  constructor({ isInObject = false } = {}) {
    if (isInObject) this.#rowDepth = 1;
  }

  push(chunk: Buffer): ImportedRow[] {
    if (this.#isLost) return [];
    const known = this.#start < 0 ? 0 : this.#buffer.length - this.#start;
    this.#buffer = known > 0 ? Buffer.concat([this.#buffer.subarray(this.#start), chunk]) : chunk;
    if (known > 0) this.#start = 0;
    const rows: ImportedRow[] = [];
    for (let at = known; at < this.#buffer.length; at++) this.#read(this.#buffer[at] as number, at, rows);
    if (this.#start >= 0 && this.#buffer.length - this.#start > maxRowBytes) {
      const row = tooLong(this.#where(), this.#buffer.subarray(this.#start));
      rows.push({ ...row, broken: `${row.broken}; what follows cannot be told apart, and is not read` });
      this.#isLost = true;
    }
    return rows;
  }

  end(): ImportedRow[] {
    if (this.#isLost || this.#start < 0) return [];
    const row = { where: this.#where(), body: this.#buffer.subarray(this.#start) };
    return [this.#isScalar ? row : { ...row, broken: 'ends in the middle' }];
  }

  #read(byte: number, at: number, rows: ImportedRow[]): void {
    if (byte === newline) this.#line += 1;
    if (this.#inString) this.#readString(byte, at, rows);
    else if (byte <= 0x20 || byte === comma || byte === colon) {
      if (this.#isScalar) this.#close(at, rows);
    } else if (byte === openObject || byte === openList) this.#open(byte, at);
    else if (byte === closeObject || byte === closeList) this.#shut(at, rows);
    else {
      this.#mayBeRows = false;
      this.#inString = byte === quote;
      if (this.#start < 0 && this.#depth === this.#rowDepth) {
        this.#begin(at);
        this.#isScalar = !this.#inString;
      }
    }
  }

  #readString(byte: number, at: number, rows: ImportedRow[]): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#inString = false;
      if (this.#start >= 0 && this.#depth === this.#rowDepth) this.#close(at + 1, rows);
    }
  }

  #shut(at: number, rows: ImportedRow[]): void {
    this.#mayBeRows = false;
    if (this.#isScalar) this.#close(at, rows);
    this.#depth = Math.max(this.#depth - 1, 0);
    if (this.#depth < this.#rowDepth) this.#rowDepth = 0;
    else if (this.#depth === this.#rowDepth && this.#start >= 0) this.#close(at + 1, rows);
  }

  #open(byte: number, at: number): void {
    const isFirst = this.#mayBeRows && !this.#isCall(at);
    if (isFirst) {
      this.#rowDepth = this.#depth;
      this.#start = -1;
    }
    if (this.#start < 0 && this.#depth === this.#rowDepth) {
      if (byte === openList && this.#depth === 0) this.#rowDepth = 1;
      else this.#begin(at);
    }
    this.#depth += 1;
    // In a list of lists these are rows, unless they hold objects.
    this.#mayBeRows = byte === openList && (this.#rowDepth === 0 || isFirst);
  }

  /** Whether the row that was begun is an object that tells of a call itself: a list in it is a part of it. */
  #isCall(at: number): boolean {
    if (this.#start < 0 || this.#depth === 0) return false;
    this.#isCallItself ||= callKey.test(this.#buffer.toString('latin1', this.#start, at));
    return this.#isCallItself;
  }

  #begin(at: number): void {
    this.#start = at;
    this.#isCallItself = false;
    this.#startLine = this.#line;
  }

  #close(end: number, rows: ImportedRow[]): void {
    rows.push({ where: this.#where(), body: this.#buffer.subarray(this.#start, end) });
    this.#rows += 1;
    this.#start = -1;
    this.#isScalar = false;
  }

  #where(): string {
    return `line ${this.#startLine}, row ${this.#rows + 1}`;
  }
}
