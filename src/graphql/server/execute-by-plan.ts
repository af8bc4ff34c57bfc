import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Cancellation } from '../../cancellation.ts';
import { AppError } from '../../errors.ts';
import type { AnswerBounds } from '../../graphql-executor/pace.ts';
import { plannedExecutor } from '../../graphql-executor/planned-executor.ts';
import type { Context } from '../context.ts';
import { answerWeights } from '../limits/answer-weights.ts';

type Gateway = NonNullable<ApolloServerOptionsWithGateway<Context>['gateway']>;

/** Has Apollo execute operations from plans. A gateway is its one way to let something else than graphql-js do that. */
export function executeByPlan(schema: GraphQLSchema, maxBytes: number): Gateway {
  const execute = plannedExecutor(schema, answerWeights);
  return {
    onSchemaLoadOrUpdate: (listen) => {
      listen({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({
      executor: async ({ document, operation, context, request: { operationName, variables } }) => {
        const { live } = context;
        if (live && 'open' in live) {
          return live.open({ schema, document, operationName, variableValues: variables, contextValue: context });
        }
        return execute({
          document,
          operation,
          operationName,
          context,
          rootValue: live?.event,
          variables,
          bounds: boundsOf(context.cancellation, maxBytes),
          tally: context.tally,
        });
      },
    }),
    stop: async () => {},
  };
}

/** How large an answer may be, and whether it is still wanted: no longer where it is larger. */
export function boundsOf(cancellation: Cancellation, maxBytes: number): AnswerBounds {
  const onTooLarge = () => {
    const allowed = `${Math.round(maxBytes / 1024 / 1024)} MB`;
    const message = `The answer is larger than ${allowed}. Ask for fewer fields, shorter pages or fewer groups at once.`;
    cancellation.cancel(new AppError('TOO_EXPENSIVE', message, { asked: `more than ${allowed}`, allowed }));
  };
  return { cancellation, maxBytes, onTooLarge };
}
