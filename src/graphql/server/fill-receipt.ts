import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { Receipt } from '../../access/log/receipt.ts';
import type { Context } from '../context.ts';

const types = { query: 'QUERY', mutation: 'MUTATION', subscription: 'SUBSCRIPTION' } as const satisfies Record<
  OperationTypeNode,
  Receipt['operationType']
>;

/** Notes what was asked, and how it ended. */
export function fillReceipt(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async ({ contextValue: { receipt } }) => ({
      didResolveOperation: async ({ operation }) => {
        if (!operation) return;
        receipt.operationType = types[operation.operation];
        receipt.operationName = operation.name?.value ?? null;
      },
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind === 'single') receipt.code = codeOf(body.singleResult.errors);
      },
    }),
  };
}

/** The code of the first of an answer's errors. */
export function codeOf(errors: readonly GraphQLFormattedError[] | undefined): string | null {
  const code = errors?.[0]?.extensions?.code;
  return typeof code === 'string' ? code : null;
}
