import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { initDatabase } from '../../../src/embedded-postgres/init-database.ts';
import { endOldServer } from '../../../src/embedded-postgres/old-server.ts';
import { findPrograms } from '../../../src/embedded-postgres/postgres-programs.ts';
import { giveTo, openServerHome, type ServerHome } from '../../../src/embedded-postgres/server-home.ts';
import { superuserUrl } from '../../../src/embedded-postgres/server-roles.ts';
import { asServerUser } from '../../../src/embedded-postgres/server-user.ts';
import { removeDataDir } from '../../support/temporary-server.ts';

const patienceMs = 60_000;
const quiet = { info: () => {}, warn: () => {} };

/** A PostgreSQL server that may be killed and started again, at the same address; with its data it can be cloned. */
export class PostgresServer {
  readonly port: number;
  readonly #dataDir: string;
  readonly #home: ServerHome;
  readonly #password: string;
  #child: ChildProcess | undefined;

  private constructor(dataDir: string, home: ServerHome, password: string, port: number) {
    this.#dataDir = dataDir;
    this.#home = home;
    this.#password = password;
    this.port = port;
  }

  /** A new one, with an empty database for the service. */
  static async make(): Promise<PostgresServer> {
    const dataDir = await makeDataDir();
    const home = await openServerHome(dataDir);
    const password = await initDatabase(home, await findPrograms(home.user), false);
    const server = new PostgresServer(dataDir, home, password, await freePort());
    await server.start();
    await server.run('create database call_analytics', 'postgres');
    return server;
  }

  url(port = this.port, database?: string): string {
    return superuserUrl(port, this.#password, database);
  }

  /** Starts it on its data, as it was left, and waits until it answers. */
  async start(): Promise<void> {
    const { data, folder, user } = this.#home;
    const programs = await findPrograms(user);
    for (const end = Date.now() + patienceMs; ; await sleep(50)) {
      await endOldServer(data, quiet);
      const logFile = join(folder, 'server.log');
      const output = openSync(logFile, 'a', 0o600);
      const settings = {
        listen_addresses: '127.0.0.1',
        port: this.port,
        unix_socket_directories: '',
        shared_buffers: '64MB',
        // What nobody waits for stays off the disk for long, as on a server that is busy.
        wal_writer_delay: '10s',
        wal_writer_flush_after: '256MB',
        wal_keep_size: '1GB',
      };
      const child = spawn(
        join(programs, 'postgres'),
        ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        { ...asServerUser(user), detached: true, stdio: ['ignore', output, output] },
      );
      closeSync(output);
      this.#child = child;
      while (child.exitCode === null && child.signalCode === null) {
        if (await this.run('select 1', 'postgres').catch(() => null)) return;
        if (Date.now() > end) break;
        await sleep(20);
      }
      if (Date.now() > end) throw new Error(`PostgreSQL does not start:\n${await readFile(logFile, 'utf8')}`);
    }
  }

  /** Ends the server at once and all that belongs to it, as a crash of its machine does but for what is on the disk. */
  async kill(signal: 'SIGKILL' | 'SIGQUIT' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await ended;
    }
    // Its processes notice by themselves, and write nothing more.
    await endOldServer(this.#home.data, quiet);
  }

  /** Kills one of the processes that serve a program, which the server answers by ending all of them and recovering. */
  async killBackend(application: string): Promise<void> {
    const client = await this.connect('postgres');
    const isGone = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', () => {});
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 order by random() limit 1',
      [application],
    );
    if (!rows[0]) throw new Error(`there is no connection of ${application}`);
    process.kill(rows[0].pid, 'SIGKILL');
    await isGone;
    await this.answers();
  }

  /** Waits until it takes connections. */
  async answers(): Promise<void> {
    for (const end = Date.now() + patienceMs; ; await sleep(20)) {
      if (await this.run('select 1', 'postgres').catch(() => null)) return;
      if (Date.now() > end) throw new Error('PostgreSQL does not come back');
    }
  }

  async connect(database?: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(this.port, database), connectionTimeoutMillis: 10_000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async run<Row extends pg.QueryResultRow>(text: string, database?: string): Promise<Row[]> {
    const client = await this.connect(database);
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Makes a standby that follows this server by streaming replication; from then on each commit waits for it. */
  async addSynchronousStandby(): Promise<PostgresServer> {
    const dataDir = await makeDataDir();
    const home = await openServerHome(dataDir);
    const standby = new PostgresServer(dataDir, home, this.#password, await freePort());
    await copyFile(join(this.#home.folder, 'password'), join(home.folder, 'password'));
    const backup = await this.connect('postgres');
    try {
      await backup.query("select pg_backup_start('standby', true)");
      await copyData(this.#home.data, home.data);
      const { rows } = await backup.query('select labelfile from pg_backup_stop(false)');
      await writeFile(join(home.data, 'backup_label'), rows[0]?.labelfile);
    } finally {
      await backup.end();
    }
    const primary = `host=127.0.0.1 port=${this.port} user=postgres password=${this.#password} application_name=standby`;
    await writeFile(join(home.data, 'postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`);
    await writeFile(join(home.data, 'standby.signal'), '');
    giveTo(home.user, home.folder);
    await standby.start();
    await this.run("alter system set synchronous_standby_names = 'standby'", 'postgres');
    await this.run('select pg_reload_conf()', 'postgres');
    const isSynchronous = `select from pg_stat_replication where application_name = 'standby' and state = 'streaming'
      and sync_state = 'sync' and flush_lsn >= pg_current_wal_flush_lsn()`;
    for (const end = Date.now() + patienceMs; ; await sleep(20)) {
      if ((await this.run(isSynchronous, 'postgres')).length === 1) return standby;
      if (Date.now() > end) throw new Error('the standby does not become synchronous');
    }
  }

  /** Makes a standby the primary. */
  async promote(): Promise<void> {
    const [promoted] = await this.run<{ done: boolean }>('select pg_promote(true, 60) as done', 'postgres');
    if (!promoted?.done) throw new Error('the standby is not promoted');
  }

  /** Ends it, and its data. */
  async remove(): Promise<void> {
    await this.kill('SIGQUIT');
    await removeDataDir(this.#dataDir);
  }
}

/** But for what is a running server's own, and its log, which the standby gets by replication. */
async function copyData(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) =>
      !/\/(postmaster\.(pid|opts)|pg_wal\/.+|pg_stat_tmp\/.+|pgsql_tmp.*|pg_internal\.init)$/.test(path),
  });
  await mkdir(join(to, 'pg_wal'), { recursive: true, mode: 0o700 });
  await rm(join(to, 'postmaster.pid'), { force: true });
}

function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'call-analytics-faults-'));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
