import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { type FileHandle, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openOwnedToAppend, trustedOwners } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';
import { endProcess } from './old-server.ts';
import { readPostmaster } from './running-server.ts';
import type { ServerHome } from './server-home.ts';
import { asServerUser } from './server-user.ts';

export type ServerProcess = {
  child: ChildProcess;
  port: number;
  /** Settles when the process has ended, with how. */
  ended: Promise<string>;
};

/** Recovery after a crash takes its time; until it is over the server takes no connections. */
const startPatienceMs = 300_000;
const orphanPatienceMs = 30_000;
const longestLog = 5_000_000;

/** The port is taken, or processes of the server before are not gone yet. */
const passing = /could not (bind|create any TCP)|is still in use|lock file ".*" already exists/;

export type LaunchOptions = { port?: number | undefined; durable: boolean };

/** Starts the database server on its data, on a free port unless one is named, and waits until it takes connections. */
export async function launchServer(home: ServerHome, programs: string, options: LaunchOptions): Promise<ServerProcess> {
  const logFile = join(home.folder, 'server.log');
  for (const begun = Date.now(); ; await sleep(200)) {
    const output = await openLog(home, logFile);
    const { size } = await output.stat();
    const server = spawnServer(home, programs, options, output);
    await output.close();
    if (await becomesReady(server, home.data)) return server;

    await endServer(server);
    const problem = (await readFile(logFile)).subarray(size).toString();
    if (passing.test(problem) && Date.now() - begun < orphanPatienceMs) continue;
    const reason = /(?:FATAL|PANIC): +(.*)/.exec(problem)?.[1] ?? (problem.trim() || (await server.ended));
    throw new StartupError(`The embedded PostgreSQL does not start: ${reason}. Its log is ${logFile}.`);
  }
}

/** Stops a server. */
export async function endServer({ child }: ServerProcess): Promise<void> {
  if (child.pid !== undefined) await endProcess(child.pid, () => isRunning(child));
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

function spawnServer(home: ServerHome, programs: string, options: LaunchOptions, output: FileHandle): ServerProcess {
  const { durable, port = randomInt(49_152, 61_000) } = options; // if it is taken, the next try has another
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    port,
    // Beside those of the service, for BI roles.
    max_connections: 160,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_buffers: '256MB',
    // A batch of an import writes more than the default has room for, and would wait for the disk in between.
    wal_buffers: '32MB',
    // Failing statements are told to the service, which masks them; in this log they would be personal data.
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  });
  const args = ['-D', home.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn(join(programs, 'postgres'), args, {
    ...asServerUser(home.user),
    // A process group of its own: Ctrl-C must reach the service alone, which needs its database to finish.
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`));
  });
  const lastWord = () => void child.kill('SIGINT');
  process.once('exit', lastWord);
  void ended.then(() => process.off('exit', lastWord));
  return { child, port, ended };
}

async function openLog({ user }: ServerHome, file: string): Promise<FileHandle> {
  const found = await stat(file).catch(() => null);
  if (found && found.size > longestLog) await rename(file, `${file}.old`);
  return openOwnedToAppend(file, trustedOwners(user));
}

async function becomesReady({ child }: ServerProcess, data: string): Promise<boolean> {
  for (const end = Date.now() + startPatienceMs; isRunning(child) && Date.now() < end; await sleep(20)) {
    const found = await readPostmaster(data);
    if (found?.isReady && found.pid === child.pid) return true;
  }
  return false;
}
