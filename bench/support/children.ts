import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export type Child = { name: string; pid: number; port: number; stop: () => Promise<void> };

/** Starts a server as a process of its own and waits until it listens. */
export async function startChild(
  name: string,
  args: string[],
  port: number,
  env: Record<string, string> = {},
  program = process.execPath,
): Promise<Child> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  // What it says is of interest only where it fails: the service greets on stderr.
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-10_000);
  });
  process.once('exit', () => child.kill());
  try {
    await listening(child, name, port);
  } catch (error) {
    child.kill();
    process.stderr.write(said);
    throw error;
  }
  return {
    name,
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** The built service on a database. BENCH_CPU_PROF names a folder for a profile of where its time goes. */
export function startService(databaseUrl: string, port: number, env: Record<string, string> = {}): Promise<Child> {
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    WEBHOOK_SECRET: 'bench-secret-0123456789',
    LOG_LEVEL: 'error',
    // A bench may have made a key in this database.
    ACCESS: 'open',
    // One client asks for more than a key may.
    BUDGET_PER_MINUTE: '2147483647',
  };
  const folder = process.env.BENCH_CPU_PROF;
  const profiled = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  // As npm start does.
  const program = ['--max-semi-space-size=64', '--no-memory-reducer', '--enable-source-maps', 'dist/main.js'];
  return startChild('service', [...profiled, ...program], port, { ...settings, ...env });
}

async function listening(child: ChildProcess, name: string, port: number): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with exit code ${child.exitCode}`);
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) return;
    await sleep(100);
  }
  throw new Error(`${name}: nothing listens on ${port}`);
}
