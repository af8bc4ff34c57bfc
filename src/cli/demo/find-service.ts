import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../../banner.ts';
import { type Config, readEnvironment } from '../../config.ts';
import { findRunningServer } from '../../embedded-postgres/index.ts';
import { projectFile } from '../../project-file.ts';
import { StartupError } from '../../startup-error.ts';
import { complain } from '../terminal/command.ts';

const answerMs = 2000;
const startMs = 120_000;

export type FoundService = {
  /** Without a slash at the end. */
  url: string;
  /** Settles once it has ended, if it was started here; else null. */
  ended: Promise<void> | null;
  /** Ends it, if it was started here. */
  stop: () => Promise<void>;
};

type Settings = Pick<Config, 'HOST' | 'PORT' | 'DATABASE_URL' | 'DATA_DIR'>;

/** The running service, or one that is started until it is stopped. */
export async function findOrStartService(config: Settings, url: string | undefined): Promise<FoundService> {
  if (url === undefined && config.PORT === 0) {
    throw new StartupError('The setting PORT is 0, so the address is not known. Add --url with that of the service.');
  }
  const address = url ?? addressOf(config.HOST, config.PORT);
  if (await answers(`${address}/healthz`)) {
    await requireSameData(config, address);
    return { url: address, ended: null, stop: async () => {} };
  }
  if (url !== undefined) throw new StartupError(`No service answers at ${url}: start it, or leave out --url.`);
  return startService(address);
}

async function requireSameData({ DATABASE_URL, DATA_DIR }: Settings, address: string): Promise<void> {
  if (DATABASE_URL !== undefined || (await findRunningServer(DATA_DIR)) !== null) return;
  throw new StartupError(
    `The service at ${address} has its data elsewhere than in DATA_DIR ${DATA_DIR}: set DATA_DIR or DATABASE_URL to that of the service, or PORT to one that is free.`,
  );
}

async function startService(url: string): Promise<FoundService> {
  complain(`Starting the service at ${url} ...`);
  const program = projectFile('dist', 'main.js');
  const child = spawn(process.execPath, ['--max-semi-space-size=64', '--enable-source-maps', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // As if npm start had: it ends itself where this process is killed.
    env: { LOG_LEVEL: 'warn', ...readEnvironment(), npm_lifecycle_event: 'start' },
  });
  let isOver = false;
  let isReady = false;
  const ended = once(child, 'close').then(() => {
    isOver = true;
  });
  // What it warns of is for whoever runs the demo; where it is, the demo itself says.
  child.stdout.on('data', (text: Buffer) => process.stderr.write(text));
  child.stderr.on('data', (text: Buffer) => {
    if (!isReady && !String(text).includes('Playground')) process.stderr.write(text);
  });
  const stop = async () => {
    if (!isOver) child.kill('SIGTERM');
    await ended;
  };
  for (const end = Date.now() + startMs; ; await sleep(100)) {
    if (isOver) throw new StartupError('The service could not be started: see above.');
    isReady = await answers(`${url}/readyz`);
    if (isReady) return { url, ended, stop };
    if (Date.now() < end) continue;
    await stop();
    throw new StartupError(`The service is not ready after ${startMs / 1000} seconds.`);
  }
}

async function answers(url: string): Promise<boolean> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(answerMs) }).catch(() => null);
  const told = reply?.ok ? ((await reply.json().catch(() => null)) as { status?: unknown } | null) : null;
  return told?.status === 'alive' || told?.status === 'ready';
}
