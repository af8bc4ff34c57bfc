import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';

export type Entry = Readable & { header: tar.Header };

/** The entries of a tar, one after another; each must be read to its end. */
export async function* entriesOf(archive: Readable): AsyncGenerator<Entry> {
  const extract = tar.extract();
  const isRead = pipeline(archive, extract);
  isRead.catch(() => {}); // told below, or by the entry that is being read
  try {
    for await (const entry of extract) yield entry as unknown as Entry;
    await isRead;
  } finally {
    archive.destroy();
  }
}

export function textOf(entry: Entry): Promise<string> {
  return text(entry);
}
