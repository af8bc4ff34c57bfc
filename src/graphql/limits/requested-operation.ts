import { holdLimit, type Limits } from '../../access/limits.ts';

/** A request as it came: where its operation is taken from. */
export type RequestedBy = { method: string; search: string; body: unknown };

/** What a request asks to be run, as it came. */
export type RequestedOperation = {
  query: string;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
};

/** The operation that a request asks for; null where it is none, which is Apollo's to tell. */
export function requestedOperation({ method, search, body }: RequestedBy, limits: Limits): RequestedOperation | null {
  return method === 'GET' ? askedBySearch(search, limits) : askedByBody(body);
}

function askedByBody(body: unknown): RequestedOperation | null {
  if (!isRecord(body)) return null;
  const { query, operationName, variables } = body;
  if (typeof query !== 'string') return null;
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isRecord(variables) ? variables : {},
  };
}

function askedBySearch(search: string, limits: Limits): RequestedOperation | null {
  const parameters = new URLSearchParams(search);
  for (const name of ['variables', 'extensions']) {
    for (const text of parameters.getAll(name)) holdJson(text, limits, name);
  }
  const query = parameters.get('query');
  if (query === null) return null;
  return {
    query,
    operationName: parameters.get('operationName') ?? undefined,
    variables: variablesIn(parameters.get('variables')),
  };
}

function variablesIn(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text ?? '{}');
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
