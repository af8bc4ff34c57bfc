import type { ApolloServerPlugin } from '@apollo/server';
import { type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { Receipt } from '../../access/log/receipt.ts';
import type { Context } from '../context.ts';

/** What a question could cost, what it did, and what all of its asker's questions may in a minute. */
export type Cost = { requested: number; actual: number; limit: number };

const types = { query: 'QUERY', mutation: 'MUTATION', subscription: 'SUBSCRIPTION' } as const satisfies Record<
  OperationTypeNode,
  Receipt['operationType']
>;

/** Notes what was asked, how it ended and what it cost, and tells the last beside the answer. */
export function fillReceipt(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async ({ contextValue: { receipt, tally, costLimit } }) => ({
      didResolveOperation: async ({ operation }) => {
        if (!operation) return;
        receipt.operationType = types[operation.operation];
        receipt.operationName = operation.name?.value ?? null;
      },
      willSendResponse: async ({ operation, response: { body } }) => {
        // Of a mutation its work is not in its answer: it costs what it could.
        const isQuery = operation?.operation !== OperationTypeNode.MUTATION;
        const requested = receipt.requestedCost ?? 1;
        const actual = isQuery ? Math.max(1, tally.weight) : requested;
        Object.assign(receipt, { requestedCost: requested, actualCost: actual, rows: isQuery ? tally.weight : null });
        if (body.kind !== 'single') return;
        const { singleResult: result } = body;
        receipt.code = codeOf(result.errors);
        const cost: Cost = { requested, actual, limit: costLimit };
        result.extensions = { ...result.extensions, cost };
      },
    }),
  };
}

/** The code of the first of an answer's errors. */
export function codeOf(errors: readonly GraphQLFormattedError[] | undefined): string | null {
  const code = errors?.[0]?.extensions?.code;
  return typeof code === 'string' ? code : null;
}
