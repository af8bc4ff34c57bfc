import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { canSignal } from '../process-identity.ts';
import { StartupError } from '../startup-error.ts';
import { readPostmaster } from './running-server.ts';

/** Ends what an earlier start left running on this data, for who has the folder's lock: its server, or that one's backends. */
export async function endOldServer(data: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  const pid = (await readPostmaster(data))?.pid;
  if (pid && isServerOf(pid, data)) {
    log.info({ pid }, 'stopping the database server that an earlier start left running');
    await endProcess(pid, () => isServerOf(pid, data));
  } else if (pid && canSignal(pid)) {
    // PostgreSQL would take any process with this pid for its own server, and refuse to start.
    log.info({ pid }, 'removing a stale postmaster.pid: the process with its pid is no server of this data');
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
  for (const orphan of backendsOf(data)) {
    log.info({ pid: orphan }, 'ending a database process that lost its server');
    await endProcess(orphan, () => worksIn(orphan, data));
  }
}

/** Ends a server, or a backend: in order, at once, by force. Its data outlive each; the first alone saves the recovery. */
export async function endProcess(pid: number, isStillIt: () => boolean): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
    if (!isStillIt()) return;
    process.kill(pid, signal);
    for (const end = Date.now() + 10_000; isStillIt() && Date.now() < end; ) await sleep(25);
  }
  if (isStillIt()) throw new StartupError(`The database process ${pid} does not end: end it by hand.`);
}

function isServerOf(pid: number, data: string): boolean {
  if (process.platform === 'linux') return worksIn(pid, data);
  const ps = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.stdout.includes('postgres') && ps.stdout.includes(` -D ${data} `);
}

function backendsOf(data: string): number[] {
  if (process.platform !== 'linux') return []; // elsewhere they cannot be told; a start waits until they are gone
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(pid, data));
}

/** A server and its backends work in their data folder. What cannot be looked at is dead, or another user's. */
function worksIn(pid: number, data: string): boolean {
  try {
    const [cwd, folder] = [statSync(`/proc/${pid}/cwd`), statSync(data)];
    const isThere = cwd.ino === folder.ino && cwd.dev === folder.dev;
    return isThere && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}
