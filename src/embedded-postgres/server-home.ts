import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readlink, realpath, rm, rmdir, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkFolderOwner, except, trustedOwners } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';
import { asServerUser, ensureServerUser, isRoot, type ServerUser } from './server-user.ts';

/** The folder of one embedded server, with its data, password and log, and the OS user it runs as. */
export type ServerHome = { folder: string; data: string; user: ServerUser | null };

/** Another user runs root's servers, who may not enter root's own folders. */
const rootsFolder = '/var/lib/call-analytics';

/**
 * Finds the server's folder of DATA_DIR, or makes it: DATA_DIR/postgres, for root a link to a folder elsewhere. The link alone
 * says which folder it is, so a DATA_DIR made anew has new data.
 */
export async function openServerHome(dataDir: string): Promise<ServerHome> {
  const entry = resolve(dataDir, 'postgres');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (!(await lstat(entry).catch(except('ENOENT')))) await makeHome(entry).catch(except('EEXIST'));
    const folder = await realpath(entry).catch(except('ENOENT'));
    if (!folder) {
      throw new StartupError(
        `${entry} points to ${await readlink(entry)}, which is not there: bring it back, or remove ${entry} to begin with an empty database.`,
      );
    }
    const data = join(folder, 'data');
    const user = await userOf(data);
    for (const path of [dataDir, entry]) await checkFolderOwner(path, trustedOwners(user));
    await refuseCopiedLink(entry, folder);
    return { folder, data, user };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`DATA_DIR cannot be used: ${(error as Error).message}.`);
  }
}

/** Removes the server's folder, wherever it is. */
export async function removeServerHome(dataDir: string): Promise<void> {
  const entry = join(dataDir, 'postgres');
  const folder = await realpath(entry).catch(() => entry);
  // A server that has just been ended may still add a file.
  const patience = { maxRetries: 10, retryDelay: 100 };
  for (const path of [folder, entry]) await rm(path, { recursive: true, force: true, ...patience });
}

/** Gives a file or folder to the server's user, with all that is in it; of a link, the link itself. */
export function giveTo(user: ServerUser | null, path: string): void {
  if (user) execFileSync('chown', ['-hR', `${user.uid}:${user.gid}`, path], asServerUser(null));
}

/** The folder under which everything of root's servers lies. */
export async function makeRootsFolder(): Promise<string> {
  await mkdir(rootsFolder, { recursive: true });
  await chmod(rootsFolder, 0o755);
  return rootsFolder;
}

async function makeHome(entry: string): Promise<void> {
  if (!isRoot()) return mkdir(entry, { mode: 0o700 });
  const folder = await mkdtemp(join(await makeRootsFolder(), 'server-'));
  await chmod(folder, 0o711);
  await symlink(folder, entry).catch(async (error) => {
    await rmdir(folder);
    throw error;
  });
}

/** Whoever owns existing data goes on running the server: root for another user must not take the data away from them. */
async function userOf(data: string): Promise<ServerUser | null> {
  const found = await stat(data).catch(except('ENOENT'));
  if (!found || found.uid === process.getuid?.()) {
    const user = ensureServerUser();
    if (found) giveTo(user, data);
    return user;
  }
  if (isRoot()) return { uid: found.uid, gid: found.gid };
  throw new StartupError(
    `The database in ${data} belongs to the user with id ${found.uid}: start as that user or as root, or set DATA_DIR to another folder.`,
  );
}

/** A DATA_DIR that was copied, link and all, would share the other's data: the folder knows the link that leads to it. */
async function refuseCopiedLink(entry: string, folder: string): Promise<void> {
  const link = await lstat(entry);
  if (!link.isSymbolicLink()) return;
  const note = join(folder, 'linked-from');
  const noted = await readlink(note).catch(() => entry);
  const other = await lstat(noted).catch(() => link);
  if (other.ino !== link.ino && (await realpath(noted).catch(() => null)) === folder) {
    throw new StartupError(
      `${entry} is a copy of ${noted}, and both lead to the same database: remove ${entry} to begin with an empty one. npm run backup and restore copy a database.`,
    );
  }
  await rm(note, { force: true });
  await symlink(entry, note).catch(except('EEXIST'));
}
