import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { within } from '../within.ts';
import { noteBackend } from './cancel-statement.ts';
import { CopyPages } from './rows/copy-pages.ts';
import { keepSession, type SessionLimits } from './session.ts';
import { WatchedClient, type WatchedClientConfig } from './watched-client.ts';

/** A statement, prepared under its name if it has one, and its values. */
export type TextStatement = { name?: string | undefined; text: string; values: unknown[] };

/** A row as it was sent: the text of each value, in the order of the statement's columns. */
export type SentRow = readonly (string | null)[];

/** What verbs run their statements on: the pool, or a transaction. */
export type Database = Pick<
  NodePgDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction'
>;

/** What questions are answered from. */
export type ReadDatabase = Database & {
  /** Runs a statement of whose rows nothing is made: whoever wrote it knows what they are. */
  readTexts: (statement: TextStatement) => Promise<SentRow[]>;
  /** Runs a query without parameters for rows that are many: their texts come as they are read. */
  copyPages: (query: string) => AsyncIterable<string>;
};

/** Told of each statement, for tests that count them. */
export type StatementListener = (sql: string) => void;

/** Statements on a pool of connections, one for each statement or transaction. */
export type PooledDatabase = NodePgDatabase & ReadDatabase & { $client: pg.Pool };

export type OpenDatabase = {
  db: PooledDatabase;
  pool: pg.Pool;
  /** Ends all connections, once what is under way has ended; what takes longer than two seconds is broken off. */
  close: () => Promise<void>;
};

export type PoolOptions = Partial<SessionLimits> & {
  url: string;
  /** Shown in pg_stat_activity. */
  name: string;
  max?: number;
  /**
   * A connection on which an answer is awaited, and nothing came for so long, is given up. Default: three seconds more than
   * a statement may take at the server; 0: never.
   */
  silenceMs?: number;
  /** So long the making of a connection may take, and the wait for one where all are taken. */
  connectTimeoutMs?: number;
  /**
   * Whether statements on one connection are sent one behind the other, without a way back in between, as questions ask
   * them. Batches of a transaction need a connection that does not.
   */
  isPipelined?: boolean;
  /** Told of silence, once, and of its end. */
  log?: Record<'error' | 'info', (told: object, message: string) => void> | undefined;
  onStatement?: StatementListener;
};

const closePatienceMs = 2000;

const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** Has statements sent by a pool, a connection, or what stands for one. */
export function databaseOn<Client extends pg.Pool | pg.PoolClient>(
  client: Client,
  onStatement?: StatementListener | undefined,
): NodePgDatabase & ReadDatabase & { $client: Client } {
  const db = drizzle({ client, logger: onStatement && { logQuery: (text: string) => onStatement(text) } });
  const readTexts: ReadDatabase['readTexts'] = async (statement) => {
    onStatement?.(statement.text);
    const { rows } = await client.query<(string | null)[]>({ ...statement, rowMode: 'array', types: asText });
    return rows;
  };
  const copyPages: ReadDatabase['copyPages'] = (query) => pagesOf(query, (ask) => askOf(client, ask), onStatement);
  return Object.assign(db, { readTexts, copyPages, $client: client });
}

/** Has somebody send a COPY, and gives its pages. */
export async function* pagesOf(
  query: string,
  run: (ask: (on: Pick<pg.PoolClient, 'query'>) => Promise<void>) => Promise<void>,
  onStatement?: StatementListener | undefined,
): AsyncGenerator<string, void, undefined> {
  onStatement?.(query);
  const pages = new CopyPages(query);
  const failed = run((on) => {
    on.query(pages);
    return pages.done;
  });
  // Where it cannot even be sent, or is no longer wanted, nothing comes of it.
  failed.catch((error: unknown) => pages.fail(error));
  yield* pages;
  await failed;
}

async function askOf(client: pg.Pool | pg.PoolClient, ask: (on: pg.PoolClient) => Promise<void>): Promise<void> {
  if (!(client instanceof pg.Pool)) return ask(client);
  const one = await client.connect();
  let isBroken = true;
  try {
    await ask(one);
    isBroken = false;
  } finally {
    one.release(isBroken);
  }
}

/** Opens a pool of connections; the first one is made at the first statement. */
export function openDatabase(options: PoolOptions): OpenDatabase {
  const { url, name, max = 10, statementTimeoutMs = 0, onStatement, log, isPipelined = false } = options;
  const { silenceMs = statementTimeoutMs && statementTimeoutMs + 3000, connectTimeoutMs = 10_000 } = options;
  const clients = new Set<WatchedClient>();
  const silence = watchSilence(name, silenceMs, log);
  class PooledClient extends WatchedClient {
    constructor(config: WatchedClientConfig) {
      super({ ...config, silenceMs, ...silence });
      clients.add(this);
      this.once('end', () => clients.delete(this));
    }
  }
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    Client: PooledClient as unknown as new () => pg.Client,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: isPipelined,
    onConnect: (client) => keepSession(client, options),
  });
  // A connection that the server closes, idle or between two statements of a transaction, must not end the process:
  // the next statement on it says so, and the pool makes a new one.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    noteBackend(client);
  });
  const close = async () => {
    const ended = pool.end();
    if (await within(closePatienceMs, ended)) return;
    for (const client of clients) client.giveUp(new Error('Connection terminated: the pool was closed'));
    await within(closePatienceMs, ended);
  };
  let closed: Promise<void> | undefined;
  return {
    db: databaseOn(pool, onStatement),
    pool,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Tells of silence once, however many connections are given up for it, and of the first answer afterwards. */
function watchSilence(pool: string, silenceMs: number, log: PoolOptions['log']) {
  let isSilent = false;
  return {
    onSilence: () => {
      if (isSilent) return;
      isSilent = true;
      log?.error({ pool, silentForMs: silenceMs }, 'the database answers nothing: its connections are given up');
    },
    onAnswer: () => {
      if (!isSilent) return;
      isSilent = false;
      log?.info({ pool }, 'the database answers again');
    },
  };
}
