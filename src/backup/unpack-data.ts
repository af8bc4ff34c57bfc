import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { StartupError } from '../startup-error.ts';
import { insidePath } from './inside-path.ts';
import { entriesOf } from './read-entries.ts';

/** Unpacks the server's own archive into a folder that is there and empty: folders and plain files, nothing outside of it. */
export async function unpackData(packed: Readable, folder: string, signal: AbortSignal): Promise<void> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  packed.on('error', (error) => gunzip.destroy(error));
  for await (const entry of entriesOf(packed.pipe(gunzip))) {
    signal.throwIfAborted();
    const { name, type } = entry.header;
    const path = insidePath(folder, name);
    if (path === null || (type !== 'file' && type !== 'directory')) {
      throw new StartupError(
        `The backup holds ${JSON.stringify(name)}, which is nothing of a database: take another one.`,
      );
    }
    if (type === 'directory') {
      await mkdir(path, { recursive: true, mode: 0o700 });
      entry.resume();
    } else {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeThrough(path, entry);
    }
  }
  await syncFolders(folder);
}

async function writeThrough(path: string, content: AsyncIterable<Buffer>): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx', 0o600);
    for await (const chunk of content) await file.write(chunk);
    await file.datasync();
  } finally {
    await file?.close();
  }
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
