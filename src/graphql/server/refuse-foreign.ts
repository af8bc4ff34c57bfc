import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { foreignOrigin } from '../../access/require-admin.ts';
import type { Context } from '../context.ts';

/** Answers 403, and nothing else, to pages of another origin that would change something or ask what is for administrators. */
export function refuseForeign(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async ({ contextValue: { isForeign } }) => {
      if (!isForeign) return;
      return {
        didResolveOperation: async ({ operation }) => {
          if (operation?.operation === OperationTypeNode.MUTATION) throw foreignOrigin();
        },
        // Told of by requireAdmin, wherever in the operation it was asked.
        willSendResponse: async ({ response: { body, http } }) => {
          if (body.kind !== 'single') return;
          const { errors } = body.singleResult;
          if (!errors?.some(({ extensions }) => extensions?.code === 'FORBIDDEN')) return;
          http.status = 403;
          body.singleResult = { errors };
        },
      };
    },
  };
}
