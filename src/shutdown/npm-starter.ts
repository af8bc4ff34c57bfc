import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { canSignal, startTimeOf } from '../process-identity.ts';

const lookEveryMs = 500;

type Found = { parent: number; command: string };

/**
 * Calls once the npm is gone that started this process. It passes a signal on to the shell between itself and the service
 * alone, which says nothing to the service; and killed, it says nothing at all.
 */
export function whenNpmIsGone(gone: () => void): void {
  if (process.platform === 'win32') return; // npm ends what it started
  const { ppid } = process;
  const parent = look(ppid);
  const isShell = parent !== null && / -c /.test(parent.command);
  const npm = isShell && parent.parent > 1 ? { pid: parent.parent, started: startTimeOf(parent.parent) } : null;
  const timer = setInterval(() => {
    if (process.ppid === ppid && (npm === null || isThere(npm))) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs).unref();
}

function isThere({ pid, started }: { pid: number; started: string | null }): boolean {
  // Elsewhere a start time costs a program that is run for it.
  return process.platform === 'linux' ? startTimeOf(pid) === started : canSignal(pid);
}

function look(pid: number): Found | null {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = spawnSync('/bin/ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
      const [, parent, command] = /^\s*(\d+)\s+(.*)$/.exec(stdout.trimEnd()) ?? [];
      return parent && command ? { parent: Number(parent), command } : null;
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold spaces and brackets.
    return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command };
  } catch {
    return null;
  }
}
