import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import * as z from 'zod';

/**
 * A backup is a tar with these entries in this order, and behind its end a line with the SHA-256 of all before it: a file
 * that was cut short or altered anywhere is known before anything of it is used.
 */
export const entryNames = {
  head: 'backup.json',
  webhookSecret: 'webhook-secret',
  password: 'postgres/password',
  data: 'postgres/data.tar.gz',
} as const;

export const headSchema = z.object({
  format: z.literal(1),
  /** Major version of PostgreSQL. */
  postgres: z.string(),
  begunAt: z.string(),
});
export type BackupHead = z.infer<typeof headSchema>;

const chunkBytes = 1024 * 1024;
const lineBegin = 'sha256 ';
const lineBytes = lineBegin.length + 64 + 1;

function lastLine(digest: string): Buffer {
  return Buffer.from(`${lineBegin}${digest}\n`, 'latin1');
}

/** Passes bytes on, and the line with their hash after the last. */
export class HashLine extends Transform {
  readonly #hash = createHash('sha256');

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(null, lastLine(this.#hash.digest('hex')));
  }
}

/** How many bytes of a file are the tar; null where the file is not whole, or not as it was written. */
export async function wholeTarBytes(file: FileHandle): Promise<number | null> {
  const bytes = (await file.stat()).size - lineBytes;
  if (bytes <= 0) return null;
  const hash = createHash('sha256');
  for await (const chunk of readTar(file, bytes)) hash.update(chunk);
  const found = Buffer.alloc(lineBytes);
  await file.read(found, 0, lineBytes, bytes);
  return found.equals(lastLine(hash.digest('hex'))) ? bytes : null;
}

/** The tar of a file, from its begin; the file stays open. */
export function readTar(file: FileHandle, bytes: number): Readable {
  return Readable.from(chunksOf(file, bytes), { objectMode: false });
}

async function* chunksOf(file: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const { bytesRead, buffer } = await file.read(
      Buffer.allocUnsafe(chunkBytes),
      0,
      Math.min(chunkBytes, bytes - at),
      at,
    );
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
