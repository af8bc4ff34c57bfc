import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { describeFailure, expectedFailure } from '../failures.ts';
import { wrongArgumentOf } from './argument-path.ts';
import type { Context } from './context.ts';

const internal = 'INTERNAL_SERVER_ERROR';

/** Marks each error with what the caller may know of it, and logs those that nobody expected. */
export function reportErrors(log: Logger): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, document, schema }) => {
        for (const error of errors) classify(error, { document, schema, requestId: contextValue.requestId, log });
      },
    }),
  };
}

type Asked = { document: DocumentNode | undefined; schema: GraphQLSchema; requestId: string; log: Logger };

const tooManyWrong = /^Too many errors processing variables/;

function classify(error: GraphQLError, { document, schema, requestId, log }: Asked): void {
  const { extensions, originalError: thrown = error } = error;
  const expected = expectedFailure(thrown);
  if (expected) {
    Object.assign(extensions, { code: expected.code, ...expected.details, expected: expected.message });
    return;
  }
  // What graphql-js itself says of a request is about its text alone; it also says it of a field's arguments.
  const isOurs = !(thrown instanceof GraphQLError);
  const wrong = isOurs ? null : wrongArgumentOf(error, document, schema);
  if (wrong) {
    Object.assign(extensions, { code: 'BAD_USER_INPUT', ...wrong });
    return;
  }
  if (!isOurs && tooManyWrong.test(error.message)) {
    Object.assign(extensions, { code: 'BAD_USER_INPUT', argument: [], allowed: 'fewer wrong values' });
    return;
  }
  if (!isOurs && extensions.code && extensions.code !== internal) return;
  Object.assign(extensions, { code: internal, requestId });
  log.error({ requestId, path: error.path, failure: describeFailure(thrown) }, 'a field failed unexpectedly');
}

/** What a caller is shown of an error: an unexpected one is a code and a request id. */
export function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code = internal, requestId, expected, stacktrace: _stacktrace, ...details } = formatted.extensions ?? {};
  if (code === internal) {
    const message = 'Something failed on our side. Quote the request id when you report it.';
    return { message, path: formatted.path, locations: formatted.locations, extensions: { code, requestId } };
  }
  return {
    ...formatted,
    message: typeof expected === 'string' ? expected : formatted.message,
    extensions: { code, ...details },
  };
}
