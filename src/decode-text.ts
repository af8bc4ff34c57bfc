import { TextDecoder } from 'node:util';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf8AsItIs = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Node reads this charset as Latin-1, in which these are control characters.
const above7f = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f'.concat(
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178',
);

/** A body's text in the charset that its content type names; where it names none, or its bytes are not that, as mixedText. */
export function decodeBody(body: Buffer, contentType: string | null): string {
  return inCharset(body, charsetOf(contentType)) ?? mixedText(body);
}

/** The charset that a content type names, as a decoder; null where it names none, or one that nobody knows. */
export function charsetOf(contentType: string | null): TextDecoder | null {
  const label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  if (label === undefined) return null;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return null;
  }
}

/** Bytes as text of a charset, of UTF-8 where none is given; null where they are none. */
export function inCharset(bytes: Buffer, decoder: TextDecoder | null): string | null {
  if (decoder?.encoding === 'windows-1252') return windows1252(bytes);
  try {
    return (decoder ?? utf8).decode(bytes);
  } catch {
    return null;
  }
}

/** Text of UTF-8 in which each run of bytes that are none is read as windows-1252, the likeliest of what senders mix in. */
export function mixedText(bytes: Buffer): string {
  const whole = inCharset(bytes, utf8AsItIs);
  if (whole !== null) return whole.startsWith('\ufeff') ? whole.slice(1) : whole;
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', from, at);
    from = at;
    while (at < bytes.length && characterLength(bytes, at) === 0) at += 1;
    text += windows1252(bytes.subarray(from, at));
    from = at;
  }
  return text + bytes.toString('utf8', from);
}

/** How many bytes the character of UTF-8 has that begins there; 0 where none does (RFC 3629, table 3-7 of Unicode). */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  return length;
}

function windows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (char) => above7f.charAt(char.charCodeAt(0) - 0x80));
}

const suspicious = /[\0\ud800-\udfff]/;
const unstorable = /[\0\p{Surrogate}]/gu;

/** Text that UTF-8 and Postgres can hold: NUL and lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return suspicious.test(text) ? text.replace(unstorable, '\ufffd') : text;
}

/** At most so many UTF-16 units of a clean text, never half a character. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
