import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A body as it was before it was compressed; TOO_LARGE where it would be larger than it may be. */
export type InflatedBody = Buffer | 'TOO_LARGE';

const inflaters: Record<string, (body: Buffer, limit: number) => Buffer> = {
  gzip: (body, maxOutputLength) => gunzipSync(body, { maxOutputLength }),
  deflate: (body, maxOutputLength) => {
    // Many senders leave the header out (RFC 9110, 8.4.1.2).
    const hasHeader = ((body[0] ?? 0) & 0x0f) === 8 && body.length > 1 && body.readUInt16BE(0) % 31 === 0;
    return hasHeader ? inflateSync(body, { maxOutputLength }) : inflateRawSync(body, { maxOutputLength });
  },
  br: (body, maxOutputLength) => brotliDecompressSync(body, { maxOutputLength }),
};
inflaters['x-gzip'] = inflaters.gzip as (typeof inflaters)[string];

/**
 * Undoes the encodings that a Content-Encoding header names; gzip also where none is named. What is not encoded so, or in
 * another way, stays as it is.
 */
export function inflateBody(body: Buffer, encodings: string | undefined, maxBytes: number): InflatedBody {
  const named = (encodings ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const isGzip = named.length === 0 && body[0] === 0x1f && body[1] === 0x8b;
  let inflated = body;
  // The encoding applied last is named last.
  for (const name of isGzip ? ['gzip'] : named.reverse()) {
    const inflate = inflaters[name];
    if (!inflate || inflated.length === 0) return body;
    try {
      inflated = inflate(inflated, maxBytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'TOO_LARGE';
      return body;
    }
  }
  return inflated;
}
