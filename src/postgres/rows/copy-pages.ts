import type { Socket } from 'node:net';
import pg from 'pg';
import { BinaryText } from './binary-value.ts';

/** So much text is handed on at once; of a page the last row may go beyond it. */
const pageBytes = 128 * 1024;
/** So many pages may wait for their reader; then nothing more is taken from the connection, and the server waits. */
const mostWaiting = 2;

/** The rows of COPY TO STDOUT in its text form, page by page, as fast as they are read and no faster. */
export class CopyPages implements pg.Submittable, AsyncIterable<string> {
  /** Settles once the server is done with it. */
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #gathered = new BinaryText();
  readonly #pages: string[] = [];
  #stream: Socket | undefined;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #outcome: 'end' | { error: unknown } | null = null;
  #isUnwanted = false;
  #wake: () => void = () => {};

  /** `query`: without parameters, which COPY does not take. */
  constructor(query: string) {
    this.#text = `copy (${query}) to stdout`;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever reads is told.
    this.done.catch(() => {});
  }

  submit(connection: pg.Connection): void {
    this.#stream = connection.stream as Socket;
    connection.query(this.#text);
  }

  // What is handed over is part of a buffer that is used again.
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#isUnwanted) return;
    this.#gathered.raw(chunk);
    if (this.#gathered.length >= pageBytes) this.#handOn();
  }

  handleCommandComplete(): void {
    if (!this.#isUnwanted) this.#handOn();
  }

  handleReadyForQuery(): void {
    this.#end('end');
    this.#settle?.resolve();
  }

  handleError(error: unknown): void {
    this.#end({ error });
    this.#settle?.reject(error);
  }

  /** Its reader is told of this, whatever the server still sends. */
  fail(error: unknown): void {
    this.#isUnwanted = true;
    this.#end({ error });
  }

  /** Whatever still comes is passed over: a server that waits for its reader does not hear that it is to end. */
  giveUp(): void {
    this.#isUnwanted = true;
    this.#pages.length = 0;
    this.#stream?.resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) {
        const page = this.#pages.shift();
        if (page !== undefined) {
          if (this.#pages.length < mostWaiting) this.#stream?.resume();
          yield page;
        } else if (this.#outcome === 'end') return;
        else if (this.#outcome) throw this.#outcome.error;
        else await this.#change();
      }
    } finally {
      this.giveUp();
    }
  }

  #handOn(): void {
    const bytes = this.#gathered.whole();
    if (bytes.length > 0) this.#pages.push(bytes.toString('utf8'));
    this.#gathered.clear();
    if (this.#pages.length >= mostWaiting) this.#stream?.pause();
    this.#wake();
  }

  #end(outcome: 'end' | { error: unknown }): void {
    this.#outcome ??= outcome;
    this.#stream?.resume();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

const missing = '\\N';
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The rows of a page. */
export function rowsOfPage(page: string): (string | null)[][] {
  const lines = page.split('\n');
  lines.pop(); // behind the last line's end
  return lines.map((line) => {
    const values: (string | null)[] = line.split('\t');
    // Most rows have missing values and nothing else that is escaped.
    if (!line.includes('\\')) return values;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as string;
      if (value === missing) values[i] = null;
      else if (value.includes('\\')) values[i] = value.replace(/\\(.)/gs, (_, one: string) => escapes[one] ?? one);
    }
    return values;
  });
}

/** A value as it stands in a statement that takes no parameters; its type is told beside it, or by what it is compared with. */
export function literalOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(elementOf).join()}}`);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return pg.escapeLiteral(String(value));
  }
  throw new Error(`values of type ${typeof value} are not written into a statement`);
}

function elementOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  throw new Error(`elements of type ${typeof value} are not written into a statement`);
}
