import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { makeScratchFolder, postgresMajor } from '../embedded-postgres/index.ts';
import { except, openOwned, readOwned, trustedOwnersIn } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';
import { instantOf } from '../time/instant.ts';
import { type BackupHead, entryNames, HashLine } from './backup-file.ts';
import { writeBaseBackup } from './base-backup.ts';

export type BackupInput = {
  dataDir: string;
  /** The URL of the database postgres of the server that runs on the data of DATA_DIR, as its superuser. */
  superuser: string;
  file: string;
  /** Whether a file that is there is replaced. */
  force: boolean;
  signal: AbortSignal;
};

/** Writes what is in DATA_DIR into a file that appears under its name only when it is complete and on the disk. */
export async function writeBackup(input: BackupInput): Promise<{ bytes: number; begunAt: string }> {
  const { dataDir, superuser, force, signal } = input;
  const target = await targetOf(input.file, force);
  const owners = await trustedOwnersIn(dataDir);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  const output = await open(draft, 'wx', 0o600).catch((error: Error) => {
    throw new StartupError(`The backup cannot be written: ${error.message}.`);
  });
  const copy = await makeScratchFolder(dataDir);
  try {
    const head: BackupHead = { format: 1, postgres: postgresMajor, begunAt: instantOf(Date.now()) };
    await writeBaseBackup(copy, superuser, signal);
    const pack = tar.pack();
    const isWritten = pipeline(
      pack as unknown as Readable,
      new HashLine(),
      createWriteStream('', { fd: output.fd, autoClose: false, highWaterMark: 1024 * 1024 }),
      { signal },
    );
    const fill = async () => {
      addText(pack, entryNames.head, `${JSON.stringify(head)}\n`);
      const secret = await readOwned(join(dataDir, 'webhook-secret'), owners).catch(except('ENOENT'));
      if (secret !== null) addText(pack, entryNames.webhookSecret, secret);
      addText(pack, entryNames.password, new URL(superuser).password);
      await addFile(pack, entryNames.data, join(await realpath(copy), 'base.tar.gz'), owners);
      pack.finalize();
    };
    await Promise.all([
      isWritten,
      fill().catch((error) => {
        pack.destroy(error);
        throw error;
      }),
    ]);
    await output.sync();
    const { size } = await output.stat();
    await appear(draft, target, force);
    return { bytes: size, begunAt: head.begunAt };
  } finally {
    await output.close();
    await rm(draft, { force: true });
    await rm(copy, { recursive: true, force: true });
  }
}

async function targetOf(file: string, force: boolean): Promise<string> {
  const target = resolve(file);
  const found = await lstat(target).catch(except('ENOENT'));
  if (found && !(force && found.isFile())) {
    throw new StartupError(
      found.isFile()
        ? `${file} is there already: name another file, or replace it with --force.`
        : `${file} is there already, and is no plain file: name another one.`,
    );
  }
  return target;
}

async function appear(draft: string, target: string, force: boolean): Promise<void> {
  if (force || !(await linked(draft, target))) await rename(draft, target);
  const folder = await open(dirname(target));
  await folder.sync().finally(() => folder.close());
}

/** Unlike renaming, this never replaces a file that came meanwhile; false where the disk has no such links. */
async function linked(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new StartupError(`${target} has appeared meanwhile: name another file.`);
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) return false;
    throw error;
  }
}

function addText(pack: tar.Pack, name: string, text: string): void {
  pack.entry({ name, mode: 0o600 }, text);
}

async function addFile(pack: tar.Pack, name: string, file: string, owners: readonly number[]): Promise<void> {
  const handle = await openOwned(file, owners);
  try {
    const { size } = await handle.stat();
    const entry = pack.entry({ name, size, mode: 0o600 });
    await pipeline(handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }), entry);
  } finally {
    await handle.close();
  }
}
