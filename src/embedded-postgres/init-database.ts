import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../startup-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { giveTo, type ServerHome } from './server-home.ts';
import { passwordFile } from './server-password.ts';
import { asServerUser } from './server-user.ts';

/** The major version of the PostgreSQL that this service brings. */
export const postgresMajor = '18';

/** Makes the data folder of an embedded server, unless there is one: whole, or not at all. */
export async function initDatabase(home: ServerHome, binaries: PostgresBinaries, durable: boolean): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith('data.')) await rm(join(home.folder, name), { recursive: true, maxRetries: 10 });
  }

  const found = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (found?.trim() === postgresMajor) return;
  if (found !== null) {
    throw new StartupError(
      `The database in ${home.data} is of PostgreSQL ${found.trim()}; this service brings ${postgresMajor}.`,
    );
  }
  const draft = `${home.data}.${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { mode: 0o700 });
  giveTo(home.user, draft);
  await run(home, binaries.initdb, [
    `--pgdata=${draft}`,
    '--username=postgres',
    `--pwfile=${passwordFile(home)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Built into PostgreSQL: the same on every system, and lower() knows all letters.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await rename(draft, home.data);
  const folder = await open(home.folder);
  await folder.sync().finally(() => folder.close());
}

async function run(home: ServerHome, program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, {
    ...asServerUser(home.user),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const problem = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : said.trim() || `exit code ${code}`));
  });
  if (problem !== null)
    throw new StartupError(`The embedded database in ${home.folder} could not be made: ${problem}.`);
}
