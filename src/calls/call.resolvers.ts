import { regionOf } from '../accounts/choose-account.ts';
import type { Context } from '../graphql/context.ts';
import type { SubscriptionLiveCallsArgs } from '../graphql/generated/inputs.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { changedOrLater } from '../graphql/live/asked-anew.ts';
import type { CallChange } from '../graphql/live/live-step.ts';
import { callChanges, shownCall } from '../graphql/live/watch-calls.ts';
import type { RowLoader } from '../graphql/loaders.ts';
import { trimDecimal } from '../query/decimal.ts';
import { connectionFields } from '../query/page.ts';
import { rangeOfList } from './list/asked-range.ts';
import type { CallRow } from './list/call-columns.ts';
import { hasNumbers } from './list/call-filter.ts';
import { findCallBySid } from './list/find-calls.ts';
import { isLive, listCalls } from './list/list-calls.ts';
import { listWholeBoard } from './list/list-whole-board.ts';
import { requestedOfCalls } from './list/read-call-rows.ts';
import { waitingSeconds } from './list/waiting.ts';

/** What changes with calls alone is asked anew after so long in any case: whom they name may have got another name. */
const seldomMs = 60_000;

const orFind = <Row>(
  read: Row | null | undefined,
  loader: RowLoader<Row>,
  { accountId }: CallRow,
  id: number | null,
) => (read === undefined ? loader.find(accountId, id) : read);

export const callResolvers: Pick<Resolvers, 'Call' | 'CallConnection' | 'CallEvent'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'call' | 'callBySid' | 'calls' | 'liveCalls'>;
  Subscription: Pick<NonNullable<Resolvers['Subscription']>, 'callChanged' | 'callEvents' | 'liveCalls'>;
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
    callChanged: {
      subscribe: (_root, { filter }, context) => callChanges(context, { filter }, ['MATCHES']),
      resolve: (change: unknown, _args: unknown, context: Context) =>
        shownCall((change as CallChange).happened, context) as CallRow,
    },
    callEvents: {
      subscribe: (_root, { filter, since }, context) => callChanges(context, { filter, since }),
      resolve: (change: unknown) => change as CallChange,
    },
    liveCalls: {
      subscribe: (_root, { filter }, context) => changedOrLater(context, { filter, within: isLive }, seldomMs),
      resolve: async (_anew: unknown, { filter }: Partial<SubscriptionLiveCallsArgs>, context: Context) =>
        listWholeBoard(context.lists, {
          filter,
          region: await regionOf(context, filter, hasNumbers(filter)),
          finder: context.finder,
        }),
    },
  },
  CallEvent: {
    kind: ({ happened }) => happened.kind,
    callId: ({ happened }, _args, { seals }) => seals.ids.write('Call', happened.callId),
    call: ({ happened }, _args, context) => shownCall(happened, context),
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
