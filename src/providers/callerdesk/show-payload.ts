import { cleanText, decodeBody } from '../../decode-text.ts';
import type { SentDelivery } from '../provider.ts';
import { formPairsOf, readPayload } from './payload.ts';

/** Deeper values could be read, but writing the answer would overflow the stack. */
const maxBrackets = 1000;

/** What was sent, as a JSON value: an object, or a list; a body that is neither, as text. */
export function showPayload(sent: SentDelivery): unknown {
  const read = readPayload(sent);
  const text = decodeBody(sent.body, sent.contentType);
  if (!read.ok && !read.together) return text;
  if (read.form === 'JSON') return (text.match(/[[{]/g)?.length ?? 0) > maxBrackets ? text : jsonOf(text);
  const values = new Map<string, string[]>();
  for (const [key, value] of formPairsOf(sent)) {
    const name = cleanText(key);
    const known = values.get(name);
    if (known) known.push(cleanText(value));
    else values.set(name, [cleanText(value)]);
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}

/** The text itself where it was JSON in another charset than it said. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
