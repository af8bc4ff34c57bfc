import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readOwned, trustedOwners, writeNew } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { giveTo, openServerHome, removeServerHome, type ServerHome } from './server-home.ts';
import { asServerUser } from './server-user.ts';

/** The major version of the PostgreSQL that this service brings. */
export const postgresMajor = '18';

/** Makes the data folder of an embedded server, unless there is one, and tells its superuser's password. */
export async function initDatabase(home: ServerHome, programs: string, durable: boolean): Promise<string> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith('data.')) await rm(join(home.folder, name), { recursive: true, maxRetries: 10 });
  }
  const version = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => postgresMajor);
  if (version.trim() !== postgresMajor) {
    throw new StartupError(
      `The database in ${home.data} is of PostgreSQL ${version.trim()}; this service brings ${postgresMajor}.`,
    );
  }
  const password = join(home.folder, 'password');
  if (!existsSync(home.data)) {
    await rm(password, { force: true });
    await writeNew(password, randomBytes(24).toString('base64url'));
    giveTo(home.user, password);
    await makeData(home, async (draft) => {
      const options = [
        `--pgdata=${draft}`,
        '--username=postgres',
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Built into PostgreSQL: the same on every system, and lower() knows all letters.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ];
      await promisify(execFile)(join(programs, 'initdb'), options, asServerUser(home.user)).catch((error) => {
        const problem = error.stderr?.trim() || error.message;
        throw new StartupError(`The embedded database in ${home.folder} could not be made: ${problem}.`);
      });
    });
  }
  return readOwned(password, trustedOwners(home.user));
}

/** Where the new server’s data and its superuser’s password belong. */
type NewServer = { data: string; password: string };

/** Makes the server of a DATA_DIR in which there is none, out of the data and password that `fill` writes: all of it, or nothing. */
export async function fillNewServer(dataDir: string, fill: (server: NewServer) => Promise<void>): Promise<void> {
  const home = await openServerHome(dataDir);
  const lock = await lockDataFolder(home.folder, trustedOwners(home.user));
  try {
    if (existsSync(home.data)) throw new StartupError(`A database has appeared in ${home.data} meanwhile.`);
    await makeData(home, (data) => fill({ data, password: join(home.folder, 'password') })).catch(async (error) => {
      await removeServerHome(dataDir);
      throw error;
    });
  } finally {
    await lock.release();
  }
}

/** An empty folder for the running server to write to, for the caller to remove. What a crash leaves of it goes at the next start. */
export async function makeScratchFolder(dataDir: string): Promise<string> {
  return makeFolder(await openServerHome(dataDir), 'data.backup-');
}

async function makeData(home: ServerHome, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = await makeFolder(home, 'data.');
  await fill(draft);
  giveTo(home.user, draft);
  await rename(draft, home.data);
  const folder = await open(home.folder);
  await folder.sync().finally(() => folder.close());
}

async function makeFolder(home: ServerHome, prefix: string): Promise<string> {
  const folder = await mkdtemp(join(home.folder, prefix));
  giveTo(home.user, folder);
  return folder;
}
