import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { HashLine } from '../../src/backup/backup-file.ts';

type Entry = { name: string; type?: 'file' | 'symlink' | 'link' };

/** Writes a file in the form of a backup, as nobody but a test makes it. */
export async function makeBackupFile(
  file: string,
  {
    head = { format: 1, postgres: '18', begunAt: '2026-01-01T00:00:00.000Z' },
    data = [{ name: 'PG_VERSION' }, { name: './global/1262' }],
  }: { head?: object; data?: Entry[] },
): Promise<void> {
  const inner = tar.pack();
  for (const { name, type = 'file' } of data) {
    if (type === 'file') inner.entry({ name }, '18\n');
    else inner.entry({ name, type, linkname: '/etc/passwd' });
  }
  inner.finalize();
  const outer = tar.pack();
  outer.entry({ name: 'backup.json' }, JSON.stringify(head));
  outer.entry({ name: 'webhook-secret' }, 'a-secret-of-the-test\n');
  outer.entry({ name: 'postgres/password' }, 'a-password');
  outer.entry({ name: 'postgres/data.tar.gz' }, gzipSync(await buffer(inner as unknown as Readable)));
  outer.finalize();
  await pipeline(outer as unknown as Readable, new HashLine(), createWriteStream(file));
}
