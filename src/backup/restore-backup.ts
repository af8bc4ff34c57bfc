import { type FileHandle, open, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fillNewServer, postgresMajor } from '../embedded-postgres/index.ts';
import { writeNew } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';
import { type BackupHead, entryNames, headSchema, readTar, wholeTarBytes } from './backup-file.ts';
import { entriesOf, textOf } from './read-entries.ts';
import { unpackData } from './unpack-data.ts';

export type RestoreInput = { dataDir: string; file: string; signal: AbortSignal };

/** Puts a backup into a DATA_DIR in which nothing is: all of it, or nothing. */
export async function restoreBackup({ dataDir, file, signal }: RestoreInput): Promise<BackupHead> {
  const wasThere = await isThereAndEmpty(dataDir);
  const source = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(error.code === 'ENOENT' ? `There is no file ${file}.` : `${error.message}.`);
  });
  try {
    const { bytes, head } = await checkBackup(source, file);
    signal.throwIfAborted();
    let isOurs = false;
    try {
      await fillNewServer(dataDir, (server) => {
        isOurs = true;
        return unpack(readTar(source, bytes), { dataDir, ...server, signal });
      });
    } catch (error) {
      if (isOurs) await rm(join(dataDir, 'webhook-secret'), { force: true });
      if (isOurs && !wasThere) await rmdir(dataDir);
      throw error;
    }
    return head;
  } finally {
    await source.close();
  }
}

async function isThereAndEmpty(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new StartupError(`DATA_DIR cannot be used: ${error.message}.`);
  });
  if (names && names.length > 0) {
    throw new StartupError(
      `DATA_DIR ${dataDir} is not empty: a backup is put into an empty folder alone. Set DATA_DIR to another one, or move what is there away.`,
    );
  }
  return names !== null;
}

async function checkBackup(source: FileHandle, file: string): Promise<{ bytes: number; head: BackupHead }> {
  const isFile = (await source.stat()).isFile();
  const bytes = isFile ? await wholeTarBytes(source) : null;
  if (bytes === null) {
    throw new StartupError(
      `${file} is no backup, or was cut short or altered: its checksum does not fit. Nothing was restored: take another one.`,
    );
  }
  for await (const entry of entriesOf(readTar(source, bytes))) {
    if (entry.header.name !== entryNames.head) break;
    const head = headSchema.safeParse(JSON.parse(await textOf(entry)));
    if (!head.success) break;
    if (head.data.postgres === postgresMajor) return { bytes, head: head.data };
    throw new StartupError(
      `${file} is a backup of PostgreSQL ${head.data.postgres}, and this service brings ${postgresMajor}. Restore it with the version of the service that made it.`,
    );
  }
  throw new StartupError(
    `${file} is a backup in a form that this version does not know. Use the version that made it.`,
  );
}

type Destination = { dataDir: string; data: string; password: string; signal: AbortSignal };

async function unpack(archive: Readable, { dataDir, data, password, signal }: Destination): Promise<void> {
  let hasData = false;
  for await (const entry of entriesOf(archive)) {
    signal.throwIfAborted();
    const { name } = entry.header;
    if (name === entryNames.webhookSecret) await writeNew(join(dataDir, 'webhook-secret'), await textOf(entry));
    else if (name === entryNames.password) await writeNew(password, await textOf(entry));
    else if (name === entryNames.data) {
      await unpackData(entry, data, signal);
      hasData = true;
    } else entry.resume();
  }
  if (!hasData) throw new StartupError('There is no database in the backup: take another one.');
  for (const folder of [dataDir, dirname(dataDir)]) await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
