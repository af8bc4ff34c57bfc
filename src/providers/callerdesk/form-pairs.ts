import type { TextDecoder } from 'node:util';
import { charsetOf, decodeBody, inCharset, mixedText } from '../../decode-text.ts';
import { foldKey, isFieldName } from './field-names.ts';

/** The pairs of an urlencoded text in their order; what is no valid percent encoding is read as far as it goes. */
export function readFormPairs(text: string, charset: TextDecoder | null): [key: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const key = withoutAmp(equals < 0 ? part : part.slice(0, equals));
    pairs.push([decode(key, charset), equals < 0 ? '' : decode(part.slice(equals + 1), charset)]);
  }
  return pairs;
}

/** A key behind an ampersand that was written as in HTML or XML, `&amp;`. */
function withoutAmp(key: string): string {
  return /^amp;/i.test(key) && isField(key.slice(4)) ? key.slice(4) : key;
}

/**
 * The pairs of a form that has each on a line of its own, as forms under text/plain have, in which nothing is escaped. Null
 * where the text is none: there each line, and at least two, begins with a name and an equals sign, and two are fields.
 */
export function readLinePairs(text: string): [key: string, value: string][] | null {
  if (!text.includes('\n')) return null;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const pairs = lines.map((line): [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, Math.max(equals, 0)), line.slice(equals + 1)];
  });
  const isEach = pairs.every(([key]) => key !== '' && !key.includes('&'));
  return isEach && pairs.filter(([key]) => isFieldName(foldKey(key))).length >= 2 ? pairs : null;
}

/**
 * The provider's part of a query string. OBSERVED: `?...` is appended also to a URL that already has a query, so that the
 * first field hides in the value of one of the URL's own parameters: `key=abc?type=call_report&...`. A question mark (or
 * %3F) begins the provider's part only there, before the first field, and where a field follows.
 */
export function dropOwnQuery(query: string): string {
  const text = query.startsWith('?') ? query.slice(1) : query;
  for (let from = 0; from < text.length; ) {
    const and = text.indexOf('&', from);
    const end = and < 0 ? text.length : and;
    const parameter = text.slice(from, end);
    if (isField(parameter.split(/[=?]|%3f/i, 1)[0] ?? '')) return text;
    for (const mark of parameter.matchAll(/\?|%3f/gi)) {
      const rest = parameter.slice(mark.index + mark[0].length);
      const equals = rest.indexOf('=');
      if (equals > 0 && isField(rest.slice(0, equals))) {
        return text.slice(from + mark.index + mark[0].length);
      }
    }
    from = end + 1;
  }
  return text;
}

function isField(name: string): boolean {
  return isFieldName(foldKey(decode(name, null)));
}

function decode(part: string, charset: TextDecoder | null): string {
  const text = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!text.includes('%')) return text;
  if (charset === null || charset.encoding === 'utf-8') {
    try {
      return decodeURIComponent(text);
    } catch {
      // Not valid: the bytes below, as far as they are any.
    }
  }
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    return (charset && inCharset(bytes, charset)) ?? mixedText(bytes);
  });
}

/** What a content type says of a body's form; null where it says none that a delivery has. */
export type DeclaredForm = 'JSON' | 'FORM' | 'MULTIPART';

/** The form that a content type says; null where it says nothing of it, as text/plain and unknown types do. */
export function declaredForm(contentType: string | null): DeclaredForm | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return 'FORM';
  if (type === 'multipart/form-data') return 'MULTIPART';
  return /^(application|text)\/([\w.-]+\+)?json$/.test(type) ? 'JSON' : null;
}

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
