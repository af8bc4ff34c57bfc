import pg from 'pg';
import type { Logger } from 'pino';
import { lockDataFolder } from './data-folder-lock.ts';
import { initDatabase } from './init-database.ts';
import { trustedOwners } from './owned-file.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { openServerHome, reachableFolder } from './server-home.ts';
import { keepServerPassword } from './server-password.ts';
import { endServer, launchServer } from './server-process.ts';

export type EmbeddedServer = {
  url: string;
  /** Settles when the server has ended, by stop or by itself, with how it ended. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  isStopping: () => boolean;
};

export type EmbeddedServerOptions = {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn'>;
  /** False: fast, and broken after a power cut. For tests. */
  durable?: boolean;
};

const databaseName = 'call_analytics';

/** Starts this service's own PostgreSQL on the data in DATA_DIR, made if there is none. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir, log, durable = true } = options;
  const home = await openServerHome(dataDir);
  const lock = await lockDataFolder(home.folder, trustedOwners(home.user));
  let stopped: Promise<void> | undefined;
  let stop = () => {
    stopped ??= lock.release();
    return stopped;
  };
  try {
    const binaries = await findPostgresBinaries(home.user, reachableFolder);
    const password = await keepServerPassword(home);
    await initDatabase(home, binaries, durable);
    const server = await launchServer(home, binaries, durable, log);
    stop = () => {
      stopped ??= endServer(server).then(lock.release);
      return stopped;
    };
    const { port } = server;
    await createDatabaseOnce(embeddedUrl({ port, password, database: 'postgres' }));
    return { url: embeddedUrl({ port, password }), ended: server.ended, stop, isStopping: () => stopped !== undefined };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The URL of a database of an embedded server. */
export function embeddedUrl({ port, password, database = databaseName }: EmbeddedAddress): string {
  // sslmode: a PGSSLMODE meant for another server must not reach this one.
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

export type EmbeddedAddress = { port: number; password: string; database?: string };

async function createDatabaseOnce(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
