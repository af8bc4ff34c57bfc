import { createHash } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError } from 'graphql';

/** A request as it came. */
type Sent = { method: string; search: string; body: unknown };

/** Refuses a persisted query that is none: of what Apollo makes of it some would look like failures of the service. */
export function checkPersistedQuery(question: Sent): void {
  const { query, extensions } = asked(question);
  const persisted = fieldOf(extensions, 'persistedQuery');
  if (persisted === undefined || persisted === null) return;
  const hash = fieldOf(persisted, 'sha256Hash');
  if (typeof persisted !== 'object' || Array.isArray(persisted)) throw wrong('persistedQuery', 'an object');
  if (fieldOf(persisted, 'version') !== 1) throw wrong('persistedQuery.version', '1');
  if (typeof hash !== 'string' || !/^[\da-f]{64}$/.test(hash)) {
    throw wrong('persistedQuery.sha256Hash', 'the SHA-256 of the query, as 64 hexadecimal digits in lower case');
  }
  if (typeof query === 'string' && createHash('sha256').update(query).digest('hex') !== hash) {
    throw wrong('persistedQuery.sha256Hash', 'the SHA-256 of the query that is sent with it');
  }
}

function asked({ method, search, body }: Sent) {
  if (method === 'POST') return { query: fieldOf(body, 'query'), extensions: fieldOf(body, 'extensions') };
  const sent = new URLSearchParams(search);
  return { query: sent.get('query') ?? undefined, extensions: readJson(sent.get('extensions')) };
}

function readJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // Apollo says so
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function wrong(field: string, allowed: string): GraphQLError {
  return new GraphQLError(`extensions.${field} is something else. Allowed: ${allowed}.`, {
    extensions: { code: ApolloServerErrorCode.BAD_REQUEST, http: { status: 400, headers: new HeaderMap() } },
  });
}
