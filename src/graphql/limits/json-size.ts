import { holdLimit, type Limits } from '../../access/limits.ts';

const quote = 0x22;
const backslash = 0x5c;

/** How deep objects and lists lie in each other, and how many there are of them and of their entries. */
export type JsonSize = { depth: number; values: number };

/** Of a JSON text, without reading it; counting ends where either passes its end. Of broken JSON it may be anything. */
export function jsonSize(text: string, stopAt: JsonSize): JsonSize {
  const size = { depth: 0, values: 1 };
  let depth = 0;
  for (let i = 0; i < text.length && size.depth <= stopAt.depth && size.values <= stopAt.values; i += 1) {
    switch (text.charCodeAt(i)) {
      case quote:
        i = endOfString(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        size.values += 1;
        if (depth > size.depth) size.depth = depth;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        size.values += 1;
        break;
    }
  }
  return size;
}

/** Throws where a JSON text passes a limit, before it is read. */
export function holdJson(text: string, limits: Limits, what: string): void {
  const { depth, values } = jsonSize(text, { depth: limits.LIMIT_JSON_DEPTH, values: limits.LIMIT_JSON_VALUES });
  holdLimit(limits, 'LIMIT_JSON_DEPTH', depth, what);
  holdLimit(limits, 'LIMIT_JSON_VALUES', values, what);
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === quote) return i;
    if (code === backslash) i += 1;
  }
  return text.length;
}
