import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { plannedExecutor } from '../../graphql-executor/planned-executor.ts';
import type { Context } from '../context.ts';

type Gateway = NonNullable<ApolloServerOptionsWithGateway<Context>['gateway']>;

/** Has Apollo execute operations from plans. A gateway is its one way to let something else than graphql-js do that. */
export function executeByPlan(schema: GraphQLSchema, maxBytes: number): Gateway {
  const execute = plannedExecutor(schema);
  return {
    onSchemaLoadOrUpdate: (listen) => {
      listen({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({
      executor: ({ document, operation, context, request: { operationName, variables } }) =>
        execute({
          document,
          operation,
          operationName,
          context,
          variables,
          bounds: { cancellation: context.cancellation, maxBytes },
        }),
    }),
    stop: async () => {},
  };
}
