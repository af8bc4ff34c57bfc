import { GraphQLError, type ValidationRule } from 'graphql';

/** Refuses mutations and subscriptions that the schema does not have; graphql-js would fail on them when it runs them. */
export const servedOperations: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    context.reportError(new GraphQLError(`This API has no ${node.operation}s.`, { nodes: node }));
  },
});
