import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from './startup-error.ts';

const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY, O_CREAT, O_APPEND } = constants;

/** Users whose files and folders in DATA_DIR are believed: who runs this, root, and whom the database server runs as. */
export function trustedOwners(server: { uid: number } | null): readonly number[] {
  return [process.getuid?.() ?? 0, 0, ...(server ? [server.uid] : [])];
}

/** The same for a DATA_DIR whose database may have been made: whoever owns its data runs the server. */
export async function trustedOwnersIn(dataDir: string): Promise<readonly number[]> {
  return trustedOwners(await stat(join(dataDir, 'postgres', 'data')).catch(() => null));
}

/** Makes a file of DATA_DIR, for its owner alone and on the disk when this returns. One that is there is EEXIST. */
export async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600, flush: true });
}

/** For a promise's catch: null where it failed in the way that is expected. */
export function except(code: string): (error: NodeJS.ErrnoException) => null {
  return (error) => {
    if (error.code === code) return null;
    throw error;
  };
}

/** Opens a file of DATA_DIR to be read. A link is not followed, another user's file is refused; ENOENT is left to the caller. */
export async function openOwned(file: string, owners: readonly number[]): Promise<FileHandle> {
  return checked(file, owners, await opened(file, O_RDONLY));
}

/** The text of a file of DATA_DIR, read as by openOwned. */
export async function readOwned(file: string, owners: readonly number[]): Promise<string> {
  const handle = await openOwned(file, owners);
  return handle.readFile('utf8').finally(() => handle.close());
}

/** Opens a file of DATA_DIR to add to it, made for its owner alone where there is none. */
export async function openOwnedToAppend(file: string, owners: readonly number[]): Promise<FileHandle> {
  const handle = await checked(file, owners, await opened(file, O_WRONLY | O_CREAT | O_APPEND));
  // A second name of another file, made by who may not write to it.
  if ((await handle.stat()).nlink > 1) {
    await handle.close();
    throw new StartupError(`${file} has a second name somewhere else: remove it.`);
  }
  return handle;
}

/** Refuses a folder of somebody else, who could change what is in it. A link must be trusted as well as what it leads to. */
export async function checkFolderOwner(folder: string, owners: readonly number[]): Promise<void> {
  for (const found of [await lstat(folder), await stat(folder)]) refuseStranger(folder, found, owners);
}

// Without waiting: opening a pipe that somebody put there would not end.
function opened(file: string, flags: number): Promise<FileHandle> {
  return open(file, flags | O_NOFOLLOW | O_NONBLOCK, 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP' || error.code === 'EMLINK') {
      throw new StartupError(`${file} is a link, and links are not followed here: remove it.`);
    }
    if (error.code === 'EACCES') {
      throw new StartupError(`${file} may not be opened by this user: start as its owner, who runs the service.`);
    }
    if (error.code === 'ENXIO') throw new StartupError(notPlain(file));
    throw error;
  });
}

async function checked(file: string, owners: readonly number[], handle: FileHandle): Promise<FileHandle> {
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new StartupError(notPlain(file));
    refuseStranger(file, found, owners);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseStranger(path: string, { uid }: Stats, owners: readonly number[]): void {
  if (!process.getuid || owners.includes(uid)) return;
  throw new StartupError(
    `${path} belongs to the user with id ${uid}, who could change it. Allowed: ${owners.filter((id, i) => owners.indexOf(id) === i).join(', ')}. Give it to one of these (chown), start as its owner, or set DATA_DIR to another folder.`,
  );
}

function notPlain(file: string): string {
  return `${file} is not a plain file: remove it.`;
}
