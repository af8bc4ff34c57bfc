import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { describeFailure, expectedFailure } from '../../failures.ts';
import { causeOf, type FailureLog } from '../../summed-log.ts';
import { wrongArgumentOf } from '../argument-path.ts';
import type { Context } from '../context.ts';

const internal = 'INTERNAL_SERVER_ERROR';

/** Marks each error with what the caller may know of it, and logs those that lie on our side, each cause once. */
export function reportErrors(log: FailureLog): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, document, schema }) => {
        const { requestId } = contextValue;
        const told = new Set<string>();
        for (const error of errors) {
          if (aborted.test(error.message)) Object.assign(error.extensions, abortedBy(errors.length - 1));
          const failure = classify(error, { document, schema, requestId });
          if (!failure) continue;
          const [level, what, message] = failure;
          const cause = JSON.stringify([message, causeOf(what)]);
          if (!told.has(cause)) log[level]({ requestId, path: error.path, ...what }, message);
          told.add(cause);
        }
      },
    }),
  };
}

type Asked = { document: DocumentNode | undefined; schema: GraphQLSchema; requestId: string };
/** What the log is told of an error; null: it is no failure of ours. */
type Told = [level: 'error' | 'warn', what: { failure: object }, message: string] | null;

/** What is wrong is told with words of the request, which may be long. */
const maxMessage = 2000;

/** So many breaches of GraphQL's own rules are told. Each tells its places, and is found by reading the document again. */
export const mostBreaches = 20;

/** What graphql-js says after the last that it tells, or where comparing fields with each other takes too long. */
const aborted = /^(Too many validation errors|Validation aborted)/;

const tooManyWrong = /^Too many errors processing variables/;

function classify(error: GraphQLError, { document, schema, requestId }: Asked): Told {
  const { extensions, originalError: thrown = error } = error;
  const expected = expectedFailure(thrown);
  if (expected) {
    Object.assign(extensions, { code: expected.code, ...expected.details, expected: expected.message });
    if (!expected.cause) return null;
    const failure = describeFailure(expected);
    if (expected.code === 'TIMEOUT') return ['warn', { failure }, 'a question took too long'];
    return ['error', { failure }, 'a question could not be answered'];
  }
  // What graphql-js itself says of a request is about its text alone; it also says it of a field's arguments.
  const isOurs = !(thrown instanceof GraphQLError);
  const wrong = isOurs ? null : wrongArgumentOf(error, document, schema);
  if (wrong) {
    Object.assign(extensions, { code: 'BAD_USER_INPUT', ...wrong });
    return null;
  }
  if (!isOurs && tooManyWrong.test(error.message)) {
    Object.assign(extensions, { code: 'BAD_USER_INPUT', argument: [], allowed: 'fewer wrong values' });
    return null;
  }
  if (!isOurs && extensions.code && extensions.code !== internal) return null;
  Object.assign(extensions, { code: internal, requestId });
  return ['error', { failure: describeFailure(thrown) }, 'a field failed unexpectedly'];
}

function abortedBy(told: number): Record<string, unknown> {
  const allowed = 'none';
  if (told < mostBreaches) {
    const asked = 'more pairs of fields with one name at one place than are compared';
    return { expected: `This document has ${asked}. Name each field once at each place, or give it an alias.`, asked };
  }
  const asked = `more than ${mostBreaches}`;
  return {
    expected: `This document breaks rules of GraphQL in ${asked} places. Allowed: ${allowed}. Mend those that are told.`,
    asked,
    allowed,
  };
}

/** What a caller is shown of an error: an unexpected one is a code and a request id. */
export function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code = internal, requestId, expected, stacktrace: _stacktrace, ...details } = formatted.extensions ?? {};
  if (code === internal) {
    const message = 'Something failed on our side. Quote the request id when you report it.';
    return { message, path: formatted.path, locations: formatted.locations, extensions: { code, requestId } };
  }
  const message = typeof expected === 'string' ? expected : formatted.message;
  return {
    ...formatted,
    message: message.length > maxMessage ? `${message.slice(0, maxMessage)} ...` : message,
    extensions: { code, ...details },
  };
}
