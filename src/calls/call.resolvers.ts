import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import { regionOf } from '../accounts/choose-account.ts';
import type { Context } from '../graphql/context.ts';
import type { SubscriptionLiveCallsArgs } from '../graphql/generated/inputs.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { askedAnew } from '../graphql/live/asked-anew.ts';
import type { RowLoader } from '../graphql/loaders.ts';
import { trimDecimal } from '../query/decimal.ts';
import { connectionFields } from '../query/page.ts';
import { rangeOfList } from './list/asked-range.ts';
import type { CallRow } from './list/call-columns.ts';
import { hasNumbers } from './list/call-filter.ts';
import { findCallBySid } from './list/find-calls.ts';
import { listCalls } from './list/list-calls.ts';
import { listWholeBoard } from './list/list-whole-board.ts';
import { requestedOfCalls } from './list/read-call-rows.ts';
import { waitingSeconds } from './list/waiting.ts';

const orFind = <Row>(
  read: Row | null | undefined,
  loader: RowLoader<Row>,
  { accountId }: CallRow,
  id: number | null,
) => (read === undefined ? loader.find(accountId, id) : read);

export const callResolvers: Pick<Resolvers, 'Call' | 'CallConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'call' | 'callBySid' | 'calls' | 'liveCalls'>;
  Subscription: Pick<NonNullable<Resolvers['Subscription']>, 'liveCalls'>;
} = {
  Query: {
    call: (_root, { id }, { loaders, seals }) => loaders.calls.findById(seals.ids.rowIdOf('Call', id)),
    callBySid: (_root, { callSid, accountId }, { db, seals }) => {
      const account = accountId == null ? null : seals.ids.rowIdOf('Account', accountId);
      if (accountId != null && account === null) return null;
      return findCallBySid(db, { callSid, accountId: account });
    },
    calls: async (_root, { range, timeZone, weekStartsOn, ...args }, context, info) =>
      listCalls(context.lists, {
        ...args,
        over: await rangeOfList({ range, timeZone, weekStartsOn, filter: args.filter }, context),
        region: await regionOf(context, args.filter, hasNumbers(args.filter)),
        asked: requestedOfCalls(info),
        finder: context.finder,
      }),
    liveCalls: async (_root, args, context, info) =>
      listCalls(context.lists, {
        ...args,
        region: await regionOf(context, args.filter, hasNumbers(args.filter)),
        within: 'LIVE',
        asked: requestedOfCalls(info),
        finder: context.finder,
      }),
  },
  Subscription: {
    liveCalls: {
      subscribe: (_root, _args, context) => {
        requireOpened(context.viewer, opensTo.calls);
        return askedAnew(context);
      },
      resolve: async (_anew: unknown, { filter }: Partial<SubscriptionLiveCallsArgs>, context: Context) =>
        listWholeBoard(context.lists, {
          filter,
          region: await regionOf(context, filter, hasNumbers(filter)),
          finder: context.finder,
        }),
    },
  },
  Call: {
    id: ({ id }, _args, { seals }) => seals.ids.write('Call', id),
    // A page has read them along with its calls.
    account: (call, _args, { loaders }) => call.account ?? loaders.accounts.get(call.accountId),
    customer: (call, _args, { loaders }) => orFind(call.customer, loaders.customers, call, call.customerId),
    customerPseudonym: async (call, _args, { loaders }) =>
      (await orFind(call.customer, loaders.customers, call, call.customerId))?.pseudonym ?? null,
    agent: (call, _args, { loaders }) => orFind(call.agent, loaders.agents, call, call.agentId),
    virtualNumber: (call, _args, { loaders }) =>
      orFind(call.virtualNumber, loaders.virtualNumbers, call, call.virtualNumberId),
    callGroup: (call, _args, { loaders }) => orFind(call.callGroup, loaders.callGroups, call, call.callGroupId),
    campaign: (call, _args, { loaders }) => orFind(call.campaign, loaders.campaigns, call, call.campaignId),
    coins: ({ coins }) => trimDecimal(coins),
    waitingSeconds: (call, _args, { now }) => waitingSeconds(call, now),
  },
  CallConnection: connectionFields,
};
