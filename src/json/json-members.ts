export type JsonMember = {
  key: string;
  /** A string's characters, a number's digits as sent, a list's first scalar; empty for null and what is nested. */
  value: string;
  /** The source of a value that is no scalar. */
  nested: string | null;
};

/**
 * The members of a JSON object as they were sent: repeated keys too, and numbers with all their digits (a CallSid such as
 * 1672649960.9600 is no number), both of which JSON.parse loses. Null if it is no object; throws SyntaxError if no JSON.
 */
export function readJsonMembers(text: string): JsonMember[] | null {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const plain = readPlain(parsed as Record<string, unknown>, text.trimEnd().length);
  if (plain) return plain;
  const members: JsonMember[] = [];
  let at = skipTo(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const from = skipTo(text, keyEnd);
    const to = valueEnd(text, from);
    members.push(readMember(stringOf(text, at, keyEnd), text, from, to));
    at = skipTo(text, to);
  }
  return members;
}

/** The sources of the items of a JSON list, as they were sent; null if it is none. Throws SyntaxError if no JSON. */
export function readJsonItems(text: string): string[] | null {
  if (!Array.isArray(JSON.parse(text))) return null;
  const items: string[] = [];
  let at = skipTo(text, text.indexOf('[') + 1);
  while (text[at] !== ']') {
    const to = valueEnd(text, at);
    items.push(text.slice(at, to));
    at = skipTo(text, to);
  }
  return items;
}

/**
 * The members of an object of strings whose source is as short as it can be, so that it neither repeats a key nor escapes
 * anything: as JSON.parse has them, which is far faster than to look for them. Null of any other.
 */
function readPlain(parsed: Record<string, unknown>, sourceLength: number): JsonMember[] | null {
  const members: JsonMember[] = [];
  let length = 1;
  for (const key in parsed) {
    const value = parsed[key];
    // Keys that are numbers come first, wherever they were sent.
    if (typeof value !== 'string' || key.charCodeAt(0) <= 0x39) return null;
    length += key.length + value.length + 6;
    members.push({ key, value, nested: null });
  }
  return length === sourceLength ? members : null;
}

/** The next character that is neither white space nor a colon or comma. */
function skipTo(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code <= 0x20 || code === 0x3a || code === 0x2c; code = text.charCodeAt(at)) at++;
  return at;
}

// The text is known to be valid, so the first unescaped quote ends a string.
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text[before] === '\\') before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

function valueEnd(text: string, from: number): number {
  if (text[from] === '"') return stringEnd(text, from);
  if (text[from] !== '{' && text[from] !== '[') return scalarEnd(text, from);
  let depth = 0;
  for (let at = from; ; at++) {
    while (text[at] === '"') at = stringEnd(text, at);
    if (text[at] === '{' || text[at] === '[') depth++;
    else if ((text[at] === '}' || text[at] === ']') && --depth === 0) return at + 1;
  }
}

function scalarEnd(text: string, from: number): number {
  let at = from;
  while (!',}] \t\n\r'.includes(text.charAt(at))) at++;
  return at;
}

function stringOf(text: string, from: number, to: number): string {
  const inner = text.slice(from + 1, to - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : inner;
}

function readMember(key: string, text: string, from: number, to: number): JsonMember {
  const char = text[from];
  if (char === '"') return { key, value: stringOf(text, from, to), nested: null };
  const source = text.slice(from, to);
  if (char === '{') return { key, value: '', nested: source };
  if (char === '[') return { key, value: firstScalar(JSON.parse(source) as unknown[]), nested: source };
  if (char === 'n') return { key, value: '', nested: null };
  return { key, value: char === 't' || char === 'f' ? source : digitsOf(source), nested: null };
}

/** A number without its exponent; but where that is so large that digits have been lost, as it was sent. */
function digitsOf(source: string): string {
  if (!/e/i.test(source)) return source;
  const number = Number(source);
  return Math.abs(number) < mayBeCut ? String(number) : source;
}

/** Shorter numbers are written out by whoever writes longer ones with an exponent. */
const mayBeCut = 1e7;

function firstScalar(list: unknown[]): string {
  const scalar = list.find((item) => typeof item !== 'object');
  return scalar === undefined ? '' : String(scalar);
}
