import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf, toGlobalId } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import type { CallRow } from './call-columns.ts';
import { askedOfCalls } from './call-relatives.ts';
import { findCallBySid } from './find-calls.ts';
import { listCalls } from './list-calls.ts';

/** "1.500" and "2.0" are how the database may write what is shown as "1.5" and "2". */
const trimDecimal = (text: string | null) => (text?.includes('.') ? text.replace(/\.?0+$/, '') : text);

export const callResolvers: Pick<Resolvers, 'Call' | 'CallConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'call' | 'callBySid' | 'calls' | 'liveCalls'>;
} = {
  Query: {
    call: (_root, { id }, { loaders }) => loaders.calls.find(rowIdOf('Call', id)),
    callBySid: (_root, { callSid, accountId }, { db }) => {
      const account = accountId == null ? null : rowIdOf('Account', accountId);
      if (accountId != null && account === null) return null;
      return findCallBySid(db, { callSid, accountId: account });
    },
    calls: async (_root, args, context, info) =>
      listCalls(context.lists, {
        ...args,
        region: await regionOf(context, args.filter),
        asked: askedOfCalls(info, context.loaders),
        finder: context.finder,
      }),
    liveCalls: async (_root, args, context, info) =>
      listCalls(context.lists, {
        ...args,
        region: await regionOf(context, args.filter),
        within: 'LIVE',
        asked: askedOfCalls(info, context.loaders),
        finder: context.finder,
      }),
  },
  Call: {
    id: ({ id }: CallRow) => toGlobalId('Call', id),
    account: ({ accountId }, _args, { loaders }) => loaders.accounts.get(accountId),
    customer: ({ customerId }, _args, { loaders }) => loaders.customers.find(customerId),
    agent: ({ agentId }, _args, { loaders }) => loaders.agents.find(agentId),
    virtualNumber: ({ virtualNumberId }, _args, { loaders }) => loaders.virtualNumbers.find(virtualNumberId),
    callGroup: ({ callGroupId }, _args, { loaders }) => loaders.callGroups.find(callGroupId),
    campaign: ({ campaignId }, _args, { loaders }) => loaders.campaigns.find(campaignId),
    coins: ({ coins }) => trimDecimal(coins),
  },
  CallConnection: connectionFields,
};
