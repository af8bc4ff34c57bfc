import { opensTo } from '../access/opens-to.ts';
import { requireOpened, requireOwnPage } from '../access/require-scope.ts';
import { describeFailure } from '../failures.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { connectionFields } from '../query/page.ts';
import { findWebhookHealth } from './find-webhook-health.ts';
import { listWebhookEvents } from './list-webhook-events.ts';
import { replayEvents } from './replay/replay-events.ts';

export const webhookResolvers: Pick<Resolvers, 'WebhookHealth' | 'WebhookEvent' | 'WebhookEventConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'webhookEvents' | 'webhookHealth'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'replayWebhookEvents'>;
} = {
  Query: {
    webhookEvents: (_root, args, context) => {
      requireOwnPage(context);
      return listWebhookEvents(context.lists, args);
    },
    webhookHealth: async (_root, { accountId }, context) => {
      requireOwnPage(context);
      const { db, now, loaders, seals } = context;
      if (accountId == null) return findWebhookHealth(db, { accountId: null, now });
      requireOpened(context.viewer, opensTo.deliveries);
      const account = await loaders.accounts.find(seals.ids.rowIdOf('Account', accountId));
      return account && findWebhookHealth(db, { accountId: account.id, now });
    },
  },
  Mutation: {
    replayWebhookEvents: async (_root, args, context) => {
      requireOwnPage(context);
      const { writes, providers, requestId, failures, seals } = context;
      const { ids } = seals;
      const onFailure = (error: unknown) =>
        failures.error({ requestId, failure: describeFailure(error) }, 'a delivery could not be replayed');
      const { lastEventId, ...result } = await writes.write((pool, viewer) =>
        replayEvents(pool, viewer, { ...args, ids, providers, onFailure }),
      );
      return { ...result, lastEventId: lastEventId === null ? null : ids.write('WebhookEvent', lastEventId) };
    },
  },
  WebhookHealth: {
    refusedSinceStart: ({ accountId }, _args, { refused }) =>
      refused.reduce((sum, [account, count]) => (accountId === null || account === accountId ? sum + count : sum), 0),
  },
  WebhookEvent: {
    id: ({ id }, _args, { seals }) => seals.ids.write('WebhookEvent', id),
    account: ({ accountId }, _args, { loaders }) => loaders.accounts.get(accountId),
    call: ({ accountId, callId, callSid }, _args, { loaders }) => {
      if (callId !== undefined) return loaders.calls.find(accountId, callId);
      return callSid === null ? null : loaders.callsBySid.load({ accountId, callSid });
    },
    notUnderstood: ({ notUnderstood }) => notUnderstood ?? [],
    payload: async ({ accountId, id }, _args, { loaders }) => (await loaders.payloads.find(accountId, id))?.payload,
  },
  WebhookEventConnection: connectionFields,
};
