import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFile } from '../../src/project-file.ts';
import { removeDataDir } from './temporary-server.ts';

export type ServiceOptions = {
  dataDir: string;
  /** Settings; nothing of the surrounding shell's reaches the service. */
  env?: Record<string, string>;
  /** Where it is started; its data folder unless told otherwise, so that no .env file of a developer's is read. */
  cwd?: string;
  /** The bundle to run, where it is not this project's. */
  program?: string;
  /** Arguments of the program. */
  args?: string[];
  /** Who runs it, where root runs the tests. */
  user?: { uid: number; gid: number };
};

export type Service = {
  /** Without a slash at the end. */
  url: string;
  webhookUrl: string;
  pid: number;
  /** What it has said so far, both streams. */
  output: () => string;
  /** Sends the signal and waits for the end. */
  stop: (signal?: NodeJS.Signals) => Promise<Ended>;
  /** Settles when it has ended. */
  ended: Promise<Ended>;
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

const patienceMs = 60_000;

/** Starts the built service on a free port and waits until it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { child, said, ended } = await spawnService(options);
  const output = () => said.stdout + said.stderr;
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const webhookUrl = /http:\S+\/webhooks\/callerdesk\/[\w.~-]+/.exec(said.stderr)?.[0];
    if (webhookUrl) {
      const url = new URL(webhookUrl).origin;
      const ready = await fetch(`${url}/readyz`).catch(() => null);
      if (ready?.ok) return { url, webhookUrl, pid: child.pid ?? -1, output, stop, ended };
    }
    if (over) throw new Error(`The service ended while it was starting:\n${output()}`);
    if (Date.now() > end) {
      await stop('SIGKILL');
      throw new Error(`The service was not ready after ${patienceMs / 1000} s:\n${output()}`);
    }
  }
}

/** Runs the built service to its end: for starts that are refused, or told to end as soon as `endWhen` holds. */
export async function runService({
  endWhen,
  signals = ['SIGTERM'],
  ...options
}: ServiceOptions & { endWhen?: () => boolean; signals?: NodeJS.Signals[] }): Promise<Ended> {
  const { child, ended } = await spawnService(options);
  while (endWhen && child.exitCode === null && !endWhen()) await sleep(5);
  for (const signal of endWhen ? signals : []) child.kill(signal);
  return ended;
}

/** A folder for a service's data, removed with everything in it by `remove`. */
export async function makeDataDir(): Promise<{ dataDir: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'call-analytics-service-'));
  const dataDir = join(folder, 'data');
  return {
    dataDir,
    remove: async () => {
      await removeDataDir(dataDir);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnService({
  dataDir,
  env = {},
  cwd = dataDir,
  program = projectFile('dist/main.js'),
  args = [],
  user,
}: ServiceOptions) {
  await mkdir(cwd, { recursive: true });
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
    cwd,
    ...user,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  return { child, said, ended };
}
