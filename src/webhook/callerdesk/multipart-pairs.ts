import { charsetOf, decodeBody } from '../../decode-text.ts';

const blankLine = Buffer.from('\r\n\r\n');

/** The named parts of a multipart/form-data body in their order, files too; null where the body is none (RFC 7578). */
export function readMultipartPairs(body: Buffer, contentType: string | null): [key: string, value: string][] | null {
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? '');
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) return null;
  const charset = charsetOf(contentType) && contentType;
  const pairs: [string, string][] = [];
  const parts = partsOf(body, Buffer.from(`--${name}`));
  for (const part of parts) {
    const end = part.indexOf(blankLine);
    if (end < 0) continue;
    const head = decodeBody(part.subarray(0, end), charset);
    const key = nameOf(head);
    if (key === null) continue;
    const type = /^content-type:[ \t]*(.*)$/im.exec(head)?.[1]?.trim() ?? null;
    pairs.push([key, decodeBody(part.subarray(end + blankLine.length), type?.includes('charset') ? type : charset)]);
  }
  return parts.length === 0 ? null : pairs;
}

/** What stands between the lines that begin with the delimiter; a last part that is cut off counts as far as it goes. */
function partsOf(body: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    const isLineStart = at === 0 || body.toString('latin1', at - 2, at) === '\r\n';
    if (!isLineStart) continue;
    if (from >= 0) parts.push(body.subarray(from, at - 2));
    // Spaces may follow the delimiter, and two hyphens follow the last.
    const line = body.indexOf('\r\n', at + delimiter.length);
    if (line < 0 || body.toString('latin1', at + delimiter.length, at + delimiter.length + 2) === '--') return parts;
    from = line + 2;
  }
  if (from >= 0) parts.push(body.subarray(from));
  return parts;
}

function nameOf(head: string): string | null {
  const disposition = /^content-disposition:[ \t]*form-data\b(.*)$/im.exec(head)?.[1];
  const name = disposition && /;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(disposition);
  if (!name) return null;
  return name[1]?.replace(/\\(.)/g, '$1').replace(/%22/g, '"') ?? name[2] ?? null;
}
