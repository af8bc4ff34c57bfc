import { foldKey, isFieldName } from './field-names.ts';

/** The pairs of an urlencoded text in their order; what is no valid percent encoding is read as far as it goes. */
export function readFormPairs(text: string, charset: string): [key: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const key = equals < 0 ? part : part.slice(0, equals);
    pairs.push([decode(key, charset), equals < 0 ? '' : decode(part.slice(equals + 1), charset)]);
  }
  return pairs;
}

/**
 * The provider's part of a query string. OBSERVED: `?...` is appended also to a URL that already has a query, so that the
 * first field hides in the value of the URL's own parameter: `key=abc?type=call_report&...`.
 */
export function dropOwnQuery(query: string): string {
  const text = query.startsWith('?') ? query.slice(1) : query;
  const end = text.indexOf('&');
  const first = end < 0 ? text : text.slice(0, end);
  const name = first.split(/[=?]/, 1)[0] ?? '';
  const second = first.indexOf('?');
  if (second < 0 || !/^[^=]+=/.test(first.slice(second + 1)) || isFieldName(foldKey(name))) return text;
  return text.slice(second + 1);
}

function decode(part: string, charset: string): string {
  const text = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!text.includes('%')) return text;
  if (charset === 'utf-8') {
    try {
      return decodeURIComponent(text);
    } catch {
      // Not valid: the bytes below, with U+FFFD for what is no character.
    }
  }
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) =>
    new TextDecoder(charset, { ignoreBOM: true }).decode(Buffer.from(escapes.replaceAll('%', ''), 'hex')),
  );
}
