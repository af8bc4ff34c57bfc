import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { type DocumentNode, type FormattedExecutionResult, GraphQLError, Kind, OperationTypeNode } from 'graphql';
import { foreignOrigin } from '../../access/require-scope.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { writeResult } from '../../graphql-executor/written-json.ts';
import type { Context } from '../context.ts';

const statuses: Partial<Record<ErrorCode, number>> = { FORBIDDEN: 403, RATE_LIMITED: 429 };

/** Does what comes before a question is read as one; what it throws Apollo answers as it is, with a status of its own. */
export function orRefused(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof AppError ? refused(error) : error;
  }
}

function refused({ message, code, details }: AppError): GraphQLError {
  const { retryAfterSeconds } = details;
  const headers = new HeaderMap(retryAfterSeconds === undefined ? [] : [['retry-after', String(retryAfterSeconds)]]);
  return new GraphQLError(message, {
    extensions: { code, ...details, http: { status: statuses[code] ?? 400, headers } },
  });
}

/** Refuses a document of which it cannot be told what to do, before anything is done. */
export function resolveOperation(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, document, request: { operationName } }) => {
        if (operation) return;
        const names = namesIn(document);
        const problem =
          operationName == null
            ? 'The document holds several operations, and operationName is not given.'
            : `operationName: no operation has the name ${JSON.stringify(operationName.slice(0, 80))}.`;
        const allowed = names.length > 0 ? names.join(', ') : 'none, as the operation has no name';
        throw new GraphQLError(`${problem} Allowed: ${allowed}.`, {
          extensions: {
            code: ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
            http: { status: 400, headers: new HeaderMap() },
          },
        });
      },
    }),
  };
}

function namesIn({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION && one.name ? [one.name.value] : []));
}

/** Answers 403, and nothing else, to pages of another origin that would change something or ask what is for administrators. */
export function refuseForeign(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async ({ contextValue: { isForeign } }) => {
      if (!isForeign) return;
      return {
        didResolveOperation: async ({ operation }) => {
          if (operation?.operation === OperationTypeNode.MUTATION) throw foreignOrigin();
        },
        // Told of by requireOwnPage, wherever in the operation it was asked.
        willSendResponse: async ({ response: { body, http } }) => {
          if (body.kind !== 'single') return;
          if (!isForbidden(body.singleResult)) return;
          http.status = 403;
          body.singleResult = { errors: body.singleResult.errors };
        },
      };
    },
  };
}

/** Answers 403 where nothing of what was asked may be shown; where something may, the refusals stand beside it. */
export function forbidWhole(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { body, http } }) => {
        if (body.kind !== 'single' || !isForbidden(body.singleResult)) return;
        if (showsNothing.test(writeResult({ data: body.singleResult.data }))) http.status = 403;
      },
    }),
  };
}

const showsNothing = /^\{("data":(null|\{("\w+":null,?)*\}))?\}\n$/;

function isForbidden({ errors }: FormattedExecutionResult): boolean {
  return errors?.some(({ extensions }) => extensions?.code === 'FORBIDDEN') === true;
}

const elsewhere = {
  subscription:
    'Subscriptions are not answered here. Open a WebSocket to /graphql (graphql-transport-ws, as of the package graphql-ws), or POST to /graphql/stream (server-sent events, as of graphql-sse).',
  other: 'Only subscriptions are answered here. Send queries and mutations to /graphql by POST.',
};

/** Refuses subscriptions where questions are answered, and all others where subscriptions are. */
export function refuseWrongTransport(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async ({ contextValue: { live } }) => ({
      didResolveOperation: async ({ operation }) => {
        const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
        if (!operation || isSubscription === (live !== null)) return;
        throw new GraphQLError(isSubscription ? elsewhere.subscription : elsewhere.other, {
          extensions: { code: 'WRONG_TRANSPORT', http: { status: 400, headers: new HeaderMap() } },
        });
      },
    }),
  };
}
