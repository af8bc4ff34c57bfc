import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '../startup-error.ts';
import { canSignal, startTimeOf } from './process-identity.ts';

/**
 * Ends what an earlier start left running on this data: a server whose service was killed, or the backends of a server that
 * was. Only to be called by who has the folder's lock.
 */
export async function endOldServer(data: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  const pid = await postmasterPid(data);
  if (pid !== null && isServerOf(pid, data)) {
    log.info({ pid }, 'stopping the database server that an earlier start left running');
    await endProcess(pid, () => isServerOf(pid, data), ['SIGINT', 'SIGQUIT', 'SIGKILL']);
  } else if (pid !== null && canSignal(pid)) {
    // PostgreSQL would take any process with this pid for its own server, and refuse to start.
    log.info({ pid }, 'removing a stale postmaster.pid: the process with its pid is no server of this data');
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
  for (const orphan of backendsOf(data)) {
    log.info({ pid: orphan }, 'ending a database process that lost its server');
    await endProcess(orphan, () => isPostgresIn(orphan, data), ['SIGQUIT', 'SIGKILL']);
  }
}

/** The pid in postmaster.pid; null if there is none. */
export async function postmasterPid(data: string): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : null;
}

/** Whether a server that runs on this data says that it takes connections. */
export async function isServerReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

async function endProcess(pid: number, isStillIt: () => boolean, signals: NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    if (!isStillIt()) return;
    process.kill(pid, signal);
    for (const end = Date.now() + 10_000; isStillIt() && Date.now() < end; ) await sleep(25);
  }
  if (isStillIt())
    throw new StartupError(`The database process ${pid} of an earlier start does not end: end it by hand.`);
}

function isServerOf(pid: number, data: string): boolean {
  if (startTimeOf(pid) === null) return false;
  if (process.platform === 'linux') return isPostgresIn(pid, data);
  const ps = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.stdout.includes('postgres') && ps.stdout.includes(` -D ${data} `);
}

function backendsOf(data: string): number[] {
  if (process.platform !== 'linux') return []; // elsewhere they cannot be told; a start waits until they are gone
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isPostgresIn(pid, data));
}

/** A server and its backends work in their data folder. What cannot be looked at belongs to another user, so is none of them. */
function isPostgresIn(pid: number, data: string): boolean {
  try {
    if (startTimeOf(pid) === null || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false;
    const [cwd, folder] = [statSync(`/proc/${pid}/cwd`), statSync(data)];
    return cwd.ino === folder.ino && cwd.dev === folder.dev;
  } catch {
    return false;
  }
}
