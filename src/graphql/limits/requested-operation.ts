import type { Limits } from '../../access/limits.ts';
import { holdJson } from './json-size.ts';

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
