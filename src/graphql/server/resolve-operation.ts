import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { type DocumentNode, GraphQLError, Kind } from 'graphql';
import type { Context } from '../context.ts';

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
