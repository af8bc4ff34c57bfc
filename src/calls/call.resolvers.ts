import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import type { RowLoader } from '../graphql/loaders.ts';
import { rowIdOf, toGlobalId } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { askedOfCalls } from './asked-of-calls.ts';
import type { CallRow } from './call-columns.ts';
import { findCallBySid } from './find-calls.ts';
import { listCalls } from './list-calls.ts';

/** "1.500" and "2.0" are how the database may write what is shown as "1.5" and "2". */
const trimDecimal = (text: string | null) => (text?.includes('.') ? text.replace(/\.?0+$/, '') : text);

const orFind = <Row>(read: Row | null | undefined, loader: RowLoader<Row>, id: number | null) =>
  read === undefined ? loader.find(id) : read;

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
        asked: askedOfCalls(info),
        finder: context.finder,
      }),
    liveCalls: async (_root, args, context, info) =>
      listCalls(context.lists, {
        ...args,
        region: await regionOf(context, args.filter),
        within: 'LIVE',
        asked: askedOfCalls(info),
        finder: context.finder,
      }),
  },
  Call: {
    id: ({ id }: CallRow) => toGlobalId('Call', id),
    // A page has read them along with its calls.
    account: (call, _args, { loaders }) => call.account ?? loaders.accounts.get(call.accountId),
    customer: (call, _args, { loaders }) => orFind(call.customer, loaders.customers, call.customerId),
    agent: (call, _args, { loaders }) => orFind(call.agent, loaders.agents, call.agentId),
    virtualNumber: (call, _args, { loaders }) =>
      orFind(call.virtualNumber, loaders.virtualNumbers, call.virtualNumberId),
    callGroup: (call, _args, { loaders }) => orFind(call.callGroup, loaders.callGroups, call.callGroupId),
    campaign: (call, _args, { loaders }) => orFind(call.campaign, loaders.campaigns, call.campaignId),
    coins: ({ coins }) => trimDecimal(coins),
  },
  CallConnection: connectionFields,
};
