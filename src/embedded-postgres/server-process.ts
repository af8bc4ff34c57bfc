import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '../startup-error.ts';
import { endOldServer, isServerReady } from './old-server.ts';
import { openOwnedToAppend, trustedOwners } from './owned-file.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
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

/** Starts the database server on its data, on a free port, and waits until it takes connections. */
export async function launchServer(
  home: ServerHome,
  binaries: PostgresBinaries,
  durable: boolean,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<ServerProcess> {
  const logFile = join(home.folder, 'server.log');
  if ((await sizeOf(logFile)) > longestLog) await rename(logFile, `${logFile}.old`);
  for (const begun = Date.now(); ; await sleep(200)) {
    await endOldServer(home.data, log);
    const alreadySaid = await sizeOf(logFile);
    const output = await openLog(home, logFile);
    const server = spawnServer(home, binaries, await freePort(), durable, output);
    await output.close();
    if (await becomesReady(server, home.data)) return server;

    await endServer(server);
    const problem = (await readFile(logFile)).subarray(alreadySaid).toString();
    if (isPassing(problem) && Date.now() - begun < orphanPatienceMs) continue;
    const reason = /(?:FATAL|PANIC): +(.*)/.exec(problem)?.[1] ?? (await server.ended);
    throw new StartupError(`The embedded PostgreSQL does not start: ${reason}. Its log is ${logFile}.`);
  }
}

/** Stops a server in order, or less so if it takes too long; its data outlives either. */
export async function endServer({ child, ended }: ServerProcess): Promise<void> {
  const fast = ['SIGINT', 10_000] as const;
  const immediate = ['SIGQUIT', 5_000] as const;
  const hard = ['SIGKILL', 5_000] as const;
  for (const [signal, patienceMs] of [fast, immediate, hard]) {
    child.kill(signal);
    if (await Promise.race([ended.then(() => true), sleep(patienceMs, false, { ref: false })])) return;
  }
}

/** The port was taken meanwhile, or processes of the server before are not gone yet. */
function isPassing(problem: string): boolean {
  return /could not (bind|create any TCP)|is still in use|lock file ".*" already exists/.test(problem);
}

function spawnServer(
  home: ServerHome,
  binaries: PostgresBinaries,
  port: number,
  durable: boolean,
  output: FileHandle,
): ServerProcess {
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    port,
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
  const child = spawn(
    binaries.postgres,
    ['-D', home.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A process group of its own: Ctrl-C must reach the service alone, which needs its database to finish.
    { ...asServerUser(home.user), detached: true, stdio: ['ignore', output.fd, output.fd] },
  );
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`));
  });
  const lastWord = () => void child.kill('SIGINT');
  process.once('exit', lastWord);
  void ended.then(() => process.off('exit', lastWord));
  return { child, port, ended };
}

/** By its handle: whoever may write to the folder could put a link in its place in between. */
async function openLog({ user }: ServerHome, file: string): Promise<FileHandle> {
  const output = await openOwnedToAppend(file, trustedOwners(user));
  if (user) await output.chown(user.uid, user.gid);
  return output;
}

async function becomesReady({ child, ended }: ServerProcess, data: string): Promise<boolean> {
  let over = child.pid === undefined;
  void ended.then(() => {
    over = true;
  });
  for (const end = Date.now() + startPatienceMs; !over && Date.now() < end; await sleep(20)) {
    if (await isServerReady(data, child.pid ?? 0)) return true;
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}
