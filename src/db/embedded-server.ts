import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { StartupError } from '../startup-error.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { initDatabase } from './init-database.ts';
import { endOldServer, isServerReady } from './old-server.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { giveTo, openServerHome, reachableFolder, type ServerHome } from './server-home.ts';
import { asServerUser } from './server-user.ts';

export type EmbeddedServer = {
  url: string;
  pid: number;
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
const startPatienceMs = 300_000;
const orphanPatienceMs = 30_000;

/** Starts this service's own PostgreSQL on the data in DATA_DIR, made if there is none. */
export async function startEmbeddedServer({
  dataDir,
  log,
  durable = true,
}: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const home = await openServerHome(dataDir);
  const lock = await lockDataFolder(home.folder);
  try {
    const binaries = await findPostgresBinaries(home.user, reachableFolder);
    const password = await keepPassword(home);
    await initDatabase(home, binaries, durable);
    const server = await launch(home, binaries, log, durable);
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= endServer(server.child, server.ended).then(lock.release);
      return stopped;
    };
    // sslmode: a PGSSLMODE meant for another server must not reach this one.
    const urlOf = (database: string) =>
      `postgres://postgres:${password}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
    try {
      await createDatabaseOnce(urlOf('postgres'));
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      url: urlOf(databaseName),
      pid: server.pid,
      ended: server.ended,
      stop,
      isStopping: () => stopped !== undefined,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Launched = { child: ChildProcess; pid: number; port: number; ended: Promise<string> };

async function launch(
  home: ServerHome,
  binaries: PostgresBinaries,
  log: Pick<Logger, 'info' | 'warn'>,
  durable: boolean,
): Promise<Launched> {
  const logFile = join(home.folder, 'server.log');
  if ((await sizeOf(logFile)) > 5_000_000) await rename(logFile, `${logFile}.old`);
  for (const begun = Date.now(); ; ) {
    await endOldServer(home.data, log);
    const said = await sizeOf(logFile);
    const port = await freePort();
    const { child, pid, ended } = spawnServer(home, binaries, port, logFile, durable);
    if (await becomesReady(home, pid, ended)) return { child, pid, port, ended };

    await endServer(child, ended);
    const problem = (await readFile(logFile, 'utf8')).slice(said);
    const portWasTaken = /could not (bind|create any TCP)/.test(problem);
    const oldProcessesLeft = /is still in use|lock file ".*" already exists/.test(problem);
    const waited = Date.now() - begun;
    if (!(portWasTaken || oldProcessesLeft) || waited > orphanPatienceMs) {
      const reason = /(?:FATAL|PANIC): +(.*)/.exec(problem)?.[1] ?? (await ended);
      throw new StartupError(`The embedded PostgreSQL does not start: ${reason}. Its log is ${logFile}.`);
    }
    await sleep(200);
  }
}

function spawnServer(home: ServerHome, binaries: PostgresBinaries, port: number, logFile: string, durable: boolean) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_buffers: '256MB',
    // Errors go to the service, which masks them; here they would carry personal data.
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB' }),
  };
  const output = openSync(logFile, 'a', 0o600);
  giveTo(home.user, logFile);
  const child = spawn(
    binaries.postgres,
    ['-D', home.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Its own process group: Ctrl-C in a terminal must reach the service alone, which still needs the database to finish.
    { ...asServerUser(home.user), detached: true, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`));
  });
  // The last word of a service that ends without having stopped its server.
  const stopServer = () => void child.kill('SIGINT');
  process.once('exit', stopServer);
  void ended.then(() => process.off('exit', stopServer));
  return { child, pid: child.pid ?? -1, ended };
}

async function becomesReady(home: ServerHome, pid: number, ended: Promise<string>): Promise<boolean> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (const end = Date.now() + startPatienceMs; !over && Date.now() < end; await sleep(20)) {
    if (await isServerReady(home.data, pid)) return true;
  }
  return false;
}

async function endServer(child: ChildProcess, ended: Promise<string>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    child.kill(signal);
    if (await Promise.race([ended.then(() => true), sleep(patienceMs, false, { ref: false })])) return;
  }
}

/** Made before the database and never changed: losing it would lock the service out of its own data. */
async function keepPassword(home: ServerHome): Promise<string> {
  const file = join(home.folder, 'password');
  if (!existsSync(home.data)) {
    await rm(file, { force: true });
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(24).toString('base64url'));
      await handle.sync();
    } finally {
      await handle.close();
    }
    giveTo(home.user, file);
  }
  return readFile(file, 'utf8').catch(() => {
    throw new StartupError(`${file}, the password of the database beside it, cannot be read: bring it back.`);
  });
}

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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}
