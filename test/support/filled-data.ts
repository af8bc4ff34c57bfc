import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { fillNewServer, startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { makeDataDir } from './service.ts';
import { removeDataDir } from './temporary-server.ts';

const quiet = { info: () => {}, warn: () => {} };

/**
 * Gives a data folder the database that a first start makes in an empty one, all migrations applied: a copy of one that is made
 * once in a run. For tests of what comes after.
 */
export async function fillDataDir(dataDir: string): Promise<void> {
  const filled = filledFolder(inject('databasePrefix'));
  if (!(await stat(filled).catch(() => null))) await makeFilled(filled);
  await fillNewServer(dataDir, async ({ data, password }) => {
    await promisify(execFile)('cp', ['-a', `${join(filled, 'data')}/.`, data]);
    await copyFile(join(filled, 'password'), password);
  });
}

/** A folder for a service's data in which its database is already. */
export async function makeFilledDataDir(): ReturnType<typeof makeDataDir> {
  const made = await makeDataDir();
  await fillDataDir(made.dataDir);
  return made;
}

/** Removes what was made for the copies of a run. */
export async function removeFilled(databasePrefix: string): Promise<void> {
  await rm(filledFolder(databasePrefix), { recursive: true, force: true });
}

const filledFolder = (databasePrefix: string) => join(tmpdir(), `call-analytics-filled-${databasePrefix}`);

/** Whole or not at all: several processes may come to it at once. */
async function makeFilled(filled: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'call-analytics-filled-'));
  const draft = `${dataDir}-draft`;
  try {
    const server = await startEmbeddedServer({ dataDir, log: quiet, durable: false });
    await migrateDatabase(server.url, quiet).finally(server.stop);
    const home = await realpath(join(dataDir, 'postgres'));
    await mkdir(draft, { mode: 0o700 });
    await promisify(execFile)('cp', ['-a', join(home, 'data'), join(home, 'password'), draft]);
    await rename(draft, filled).catch(async (error) => {
      if (!(await stat(filled).catch(() => null))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await removeDataDir(dataDir);
  }
}
