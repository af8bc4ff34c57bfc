import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartupError } from '../startup-error.ts';
import { checkFolderOwner, trustedOwners } from './owned-file.ts';
import { canEnter, ensureServerUser, runsAsRoot, type ServerUser } from './server-user.ts';

/** The folder of one embedded server, with its data, password and log, and the OS user it runs as. */
export type ServerHome = { folder: string; data: string; user: ServerUser | null };

/** Holds what root's embedded servers need and cannot reach in root's own folders. */
export const reachableFolder = '/var/lib/call-analytics';

/**
 * Finds the server's folder of DATA_DIR, or makes it: DATA_DIR/postgres, which is a link to a folder elsewhere where the
 * server's user cannot enter DATA_DIR. The link alone says which folder it is, so a DATA_DIR made anew has new data.
 */
export async function openServerHome(dataDir: string): Promise<ServerHome> {
  await makeFolder(dataDir);
  const entry = join(dataDir, 'postgres');
  let user: ServerUser | null = null;
  if (!(await isThere(entry))) {
    user = ensureServerUser();
    await makeHome(entry, user);
  }
  const folder = await realpath(entry).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new StartupError(`DATA_DIR cannot be used: ${error.message}.`);
    throw new StartupError(
      `${entry} points to ${await readlink(entry)}, which is not there: bring it back, or remove ${entry} to begin with an empty database.`,
    );
  });
  const data = join(folder, 'data');
  user = (await ownerOf(data)) ?? user ?? ensureServerUser();
  for (const path of [dataDir, entry]) await checkFolderOwner(path, trustedOwners(user));
  if (user && !canEnter(folder, user)) throw new StartupError(closedFolder(folder, user));
  return { folder, data, user };
}

/** Removes the server's folder, wherever it is. */
export async function removeServerHome(dataDir: string): Promise<void> {
  const entry = join(dataDir, 'postgres');
  const folder = await realpath(entry).catch(() => entry);
  await rm(folder, { recursive: true, force: true });
  await rm(entry, { recursive: true, force: true });
}

/** Gives a file or folder to the server's user, with all that is in it; of a link, the link itself. */
export function giveTo(user: ServerUser | null, path: string): void {
  if (!user) return;
  const chown = spawnSync('chown', ['-hR', `${user.uid}:${user.gid}`, path], { encoding: 'utf8' });
  if (chown.status !== 0) throw chown.error ?? new Error(chown.stderr.trim());
}

async function makeFolder(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true });
    // The server's user must pass through, whatever umask root has.
    if (made !== undefined) await chmod(folder, runsAsRoot() ? 0o711 : 0o700);
  } catch (error) {
    throw new StartupError(`DATA_DIR cannot be used: ${(error as Error).message}.`);
  }
}

async function makeHome(entry: string, user: ServerUser | null): Promise<void> {
  if (!user || canEnter(dirname(entry), user)) return makeFolder(entry);
  const elsewhere = join(reachableFolder, randomBytes(9).toString('hex'));
  await mkdir(elsewhere, { recursive: true });
  await chmod(reachableFolder, 0o755);
  await chmod(elsewhere, 0o711);
  await symlink(elsewhere, entry).catch(async (error: NodeJS.ErrnoException) => {
    await rm(elsewhere, { recursive: true });
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Whoever owns existing data goes on running the server: root for another user must not take the data away from them. */
async function ownerOf(data: string): Promise<ServerUser | null> {
  const found = await stat(data).catch(() => null);
  if (!found) return null;
  if (!runsAsRoot()) {
    if (found.uid === process.getuid?.()) return null;
    throw new StartupError(
      `The database in ${data} belongs to the user with id ${found.uid}: start as that user or as root, or set DATA_DIR to another folder.`,
    );
  }
  if (found.uid !== 0) return { name: `with id ${found.uid}`, uid: found.uid, gid: found.gid };
  const user = ensureServerUser();
  giveTo(user, data);
  return user;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function closedFolder(folder: string, user: ServerUser): string {
  const steps = resolve(folder)
    .split('/')
    .map((_, index, all) => all.slice(0, index + 1).join('/') || '/');
  const closed = steps.find((step) => !canEnter(step, user)) ?? folder;
  return `The user "${user.name}", who runs the database in ${folder}, cannot enter ${closed}: allow it (chmod o+x), or set DATA_DIR to another folder.`;
}
