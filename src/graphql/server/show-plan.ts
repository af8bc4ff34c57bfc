import type { ApolloServerPlugin } from '@apollo/server';
import { hasScope } from '../../access/viewer.ts';
import type { Context } from '../context.ts';

/** Tells administrators, beside the answer, what its figures were answered from. */
export function showPlan(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ contextValue: { viewer, sources }, response: { body } }) => {
        if (!hasScope(viewer, 'admin') || sources.choices.length === 0 || body.kind !== 'single') return;
        body.singleResult.extensions = { ...body.singleResult.extensions, plan: sources.choices };
      },
    }),
  };
}
