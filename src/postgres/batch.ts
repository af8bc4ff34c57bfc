import pg from 'pg';

/** What the database is sent for a value: text, or its own bytes. */
export type SentValue = string | Buffer | null;

/** A value as it is sent to the database: text, bytes, or null. A value of another kind is an error, never guessed at. */
export function parameterOf(value: unknown): SentValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return arrayText(value);
  throw new TypeError(`a value of type ${typeof value} is not sent to the database`);
}

function arrayText(values: readonly unknown[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += elementText(values[i]);
  }
  return `${text}}`;
}

const special = /["\\]/g;

function elementText(value: unknown): string {
  const sent = parameterOf(value);
  if (sent === null) return 'NULL';
  if (typeof sent !== 'string') return `"\\\\x${sent.toString('hex')}"`;
  return typeof value === 'string' ? `"${sent.replace(special, '\\$&')}"` : sent;
}

/** One statement of a batch: its values, the rows of a COPY, and who reads what comes back. Prepared where it has a name. */
export type BatchStatement = {
  text: string;
  name?: string | undefined;
  values: readonly SentValue[];
  types?: pg.CustomTypesConfig | undefined;
  /** Whether rows are lists of their values. */
  rowMode?: 'array' | undefined;
  /** What follows a COPY FROM STDIN: the messages with its data, and the one that ends it. */
  data?: Buffer | undefined;
  resolve: (result: pg.QueryResult) => void;
  reject: (error: unknown) => void;
};

type Failure = { error: unknown };
type Field = { name: string; read: (text: string) => unknown };
type Described = { name: string; dataTypeID: number };

/** What each connection has prepared, and what columns come of it. */
const prepared = new WeakMap<pg.Connection, Map<string, readonly Field[]>>();

/**
 * Statements that are sent at once, and answered at once: the database hands its answers over where the batch ends, so that
 * either side wakes the other one time, however many statements there are. After one that fails none is run. A connection
 * takes one at a time: it must not be one that pipelines by itself.
 */
export class Batch implements pg.Submittable {
  readonly #statements: readonly BatchStatement[];
  readonly #onAnswered: () => void;
  readonly #answers: (pg.QueryResult | Failure)[] = [];
  #known: Map<string, readonly Field[]> = new Map();
  #fields: readonly Field[] | null = null;
  #rows: Record<string, unknown>[] = [];
  /** A row of the statement under way could not be read. */
  #unread: Failure | null = null;

  /** `onAnswered` is told once each of them has its answer. */
  constructor(statements: readonly BatchStatement[], onAnswered: () => void) {
    this.#statements = statements;
    this.#onAnswered = onAnswered;
  }

  submit(connection: pg.Connection): void {
    this.#known = prepared.get(connection) ?? new Map();
    prepared.set(connection, this.#known);
    const { stream } = connection;
    const to = connection as unknown as Messages;
    const sentNow = new Set<string>();
    stream.cork();
    for (const { text, name: given, values, data } of this.#statements) {
      // Apart from what the driver has prepared by itself.
      const name = given === undefined ? '' : `batch ${given}`;
      const isKnown = name !== '' && (this.#known.has(given as string) || sentNow.has(name));
      if (!isKnown) {
        // It may be there all the same, from a batch that failed after it.
        if (name !== '') to.close({ type: 'S', name });
        sentNow.add(name);
        to.parse({ text, name, types: [] });
      }
      to.bind({ portal: '', statement: name, values });
      if (!isKnown) to.describe({ type: 'P', name: '' });
      to.execute({ portal: '' });
      if (data) stream.write(data);
    }
    to.sync();
    stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly Described[] }): void {
    const { types } = this.#current;
    this.#fields = fields.map(({ name, dataTypeID }) => ({
      name,
      read: (types ?? pg.types).getTypeParser(dataTypeID, 'text') as Field['read'],
    }));
  }

  handleDataRow({ fields: texts }: { fields: readonly (string | null)[] }): void {
    if (this.#unread) return;
    try {
      this.#fields ??= this.#known.get(this.#current.name ?? '') ?? [];
      const isList = this.#current.rowMode === 'array';
      const row: Record<string, unknown> | unknown[] = isList ? [] : {};
      for (let i = 0; i < texts.length; i++) {
        const { name, read } = this.#fields[i] as Field;
        const text = texts[i] as string | null;
        (row as Record<string, unknown>)[isList ? i : name] = text === null ? null : read(text);
      }
      this.#rows.push(row as Record<string, unknown>);
    } catch (error) {
      this.#unread = { error };
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const { name } = this.#current;
    if (name && !this.#known.has(name)) this.#known.set(name, this.#fields ?? []);
    const [command = '', ...counts] = text.split(' ');
    const rowCount = counts.length > 0 ? Number(counts.at(-1)) : null;
    this.#answers.push(this.#unread ?? { command, rowCount, oid: 0, fields: [], rows: this.#rows });
    this.#rows = [];
    this.#fields = null;
    this.#unread = null;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleCopyInResponse(): void {}

  handleReadyForQuery(): void {
    this.#settle(new Error('The database has not answered a statement.'));
  }

  handleError(error: unknown): void {
    this.#settle(error);
  }

  get #current(): BatchStatement {
    return this.#statements[this.#answers.length] as BatchStatement;
  }

  /** `cause`: why those that have no answer have none. */
  #settle(cause: unknown): void {
    for (const [i, { resolve, reject }] of this.#statements.entries()) {
      const answer = this.#answers[i] ?? { error: cause };
      if ('error' in answer) reject(answer.error);
      else resolve(answer);
    }
    this.#onAnswered();
  }
}

/** The messages as the driver's connection sends them; its types ask for one more argument, of long ago. */
type Messages = {
  parse: (message: { text: string; name: string; types: number[] }) => void;
  bind: (message: { portal: string; statement: string; values: readonly SentValue[] }) => void;
  describe: (message: { type: 'P'; name: string }) => void;
  execute: (message: { portal: string }) => void;
  close: (message: { type: 'S'; name: string }) => void;
  sync: () => void;
};
