import type { TextDecoder } from 'node:util';
import { inCharset, mixedText } from '../../decode-text.ts';
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
