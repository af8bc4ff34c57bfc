import { charsetOf, decodeBody } from '../../decode-text.ts';

const newline = 0x0a;

/** The named parts of a multipart/form-data body in their order, files too; null where the body is none (RFC 7578). */
export function readMultipartPairs(body: Buffer, contentType: string | null): [key: string, value: string][] | null {
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? '');
  const name = boundary?.[1] ?? boundary?.[2] ?? boundaryIn(body);
  if (name === null) return null;
  const charset = charsetOf(contentType) && contentType;
  const pairs: [string, string][] = [];
  const parts = partsOf(body, Buffer.from(`--${name}`));
  for (const part of parts) {
    const [end, from] = headEnd(part);
    if (end < 0) continue;
    const head = decodeBody(part.subarray(0, end), charset);
    const key = nameOf(head);
    if (key === null) continue;
    const type = /^content-type:[ \t]*(.*)$/im.exec(head)?.[1]?.trim() ?? null;
    pairs.push([key, decodeBody(part.subarray(from), type?.includes('charset') ? type : charset)]);
  }
  return parts.length === 0 ? null : pairs;
}

/** The boundary that a body itself begins with, where no type or another one names it; null where it is none of a form. */
export function boundaryIn(body: Buffer): string | null {
  if (body[0] !== 0x2d || body[1] !== 0x2d) return null;
  const start = body.toString('latin1', 0, 1000);
  return (
    /^--([^\s"]{1,200})[ \t]*\r?\n(?:[^\r\n]+\r?\n){0,5}content-disposition:[ \t]*form-data\b/i.exec(start)?.[1] ?? null
  );
}

/** Where the head of a part ends, and where its value begins. Lines may end with LF alone. */
function headEnd(part: Buffer): [end: number, from: number] {
  const [strict, bare] = [part.indexOf('\r\n\r\n'), part.indexOf('\n\n')];
  return strict >= 0 && (bare < 0 || strict < bare) ? [strict, strict + 4] : [bare, bare + 2];
}

/** What stands between the lines that begin with the delimiter; a last part that is cut off counts as far as it goes. */
function partsOf(body: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== newline) continue;
    if (from >= 0) parts.push(body.subarray(from, Math.max(from, body[at - 2] === 0x0d ? at - 2 : at - 1)));
    // Spaces may follow the delimiter, and two hyphens follow the last.
    const line = body.indexOf(newline, at + delimiter.length);
    if (line < 0 || body.toString('latin1', at + delimiter.length, at + delimiter.length + 2) === '--') return parts;
    from = line + 1;
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
