import { opensTo } from '../../access/opens-to.ts';
import { secondsSince } from '../../calls/list/waiting.ts';
import type { Context } from '../../graphql/context.ts';
import type { CallFilter, LiveBoardDimension } from '../../graphql/generated/inputs.ts';
import type { Resolvers } from '../../graphql/generated/resolvers.ts';
import { changedOrLater } from '../../graphql/live/asked-anew.ts';
import { instantOf } from '../../time/instant.ts';
import { questionContext } from '../question-context.ts';
import { askLiveBoard, breakDownBoard, type LiveBoardRow, totalsOfBoard } from './live-board.ts';

const keyOf = (row: LiveBoardRow, by: LiveBoardDimension) =>
  row.by === by && row.key !== null ? Number(row.key) : null;

/** Waits grow, and calls leave the last hour, without any change. */
const growsMs = 5000;

const liveBoard = async (_root: unknown, args: { filter?: CallFilter | null | undefined }, context: Context) =>
  askLiveBoard(context.db, args, await questionContext(context));

export const liveBoardResolvers: Pick<Resolvers, 'LiveBoard' | 'LiveBoardRow' | 'LiveFigures'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'liveBoard' | 'serverTime'>;
  Subscription: Pick<NonNullable<Resolvers['Subscription']>, 'liveBoard'>;
} = {
  Query: {
    liveBoard,
    serverTime: (_root, _args, { now }) => now,
  },
  Subscription: {
    liveBoard: {
      subscribe: (_root, { filter }, context) => changedOrLater(context, { filter, opensTo: opensTo.figures }, growsMs),
      resolve: liveBoard,
    },
  },
  LiveBoard: {
    totals: totalsOfBoard,
    breakdown: breakDownBoard,
  },
  LiveBoardRow: {
    account: (row, _args, { loaders }) => loaders.accounts.find(keyOf(row, 'ACCOUNT')),
    callGroup: (row, _args, { loaders }) => loaders.callGroups.findById(keyOf(row, 'CALL_GROUP')),
    virtualNumber: (row, _args, { loaders }) => loaders.virtualNumbers.findById(keyOf(row, 'VIRTUAL_NUMBER')),
    agent: (row, _args, { loaders }) => loaders.agents.findById(keyOf(row, 'AGENT')),
  },
  LiveFigures: {
    ringingCount: ({ ringing }) => ringing,
    longestWaitSeconds: ({ since, now }) => (since === null ? null : secondsSince(instantOf(since), now)),
    longestWaitSince: ({ since }) => (since === null ? null : instantOf(since)),
    talkingCount: ({ talking }) => talking,
    agentsOnPhoneCount: ({ agentsOnPhone }) => agentsOnPhone,
    lastHour: ({ lastHour: { sheet, slot } }) => sheet.row(slot),
  },
};
