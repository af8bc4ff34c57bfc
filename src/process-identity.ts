import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** When a process started, in the system's own words; null if it is not running. Tells a process from a later one with its pid. */
export function startTimeOf(pid: number): string | null {
  if (!canSignal(pid)) return null;
  return process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** Whether this pid is taken, be it by another user's process or by one that is dead and not yet cleared away. */
export function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Names the place in which pids and start times mean what they say: one running system, one container. */
export function pidSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function startTimeFromProc(pid: number): string | null {
  try {
    // The second field, the program's name, may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const dead = fields[0] === 'Z' || fields[0] === 'X';
    return dead ? null : (fields[19] ?? 'unknown');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !canSignal(pid) ? null : 'unknown';
  }
}

function startTimeFromPs(pid: number): string | null {
  const ps = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH },
  });
  const [state, started] = /^\s*(\S+)\s+(.*\S)\s*$/s.exec(ps.stdout ?? '')?.slice(1) ?? [];
  if (state === undefined || started === undefined) return canSignal(pid) ? 'unknown' : null;
  return state.startsWith('Z') ? null : started;
}

const PATH = '/usr/bin:/bin:/usr/sbin:/sbin';
