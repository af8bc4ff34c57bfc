import { secondsSince } from '../../calls/list/waiting.ts';
import type { LiveBoardDimension } from '../../graphql/generated/inputs.ts';
import type { Resolvers } from '../../graphql/generated/resolvers.ts';
import { instantOf } from '../../time/instant.ts';
import { questionContext } from '../question-context.ts';
import { askLiveBoard, breakDownBoard, type LiveBoardRow, totalsOfBoard } from './live-board.ts';

const keyOf = (row: LiveBoardRow, by: LiveBoardDimension) =>
  row.by === by && row.key !== null ? Number(row.key) : null;

export const liveBoardResolvers: Pick<Resolvers, 'LiveBoard' | 'LiveBoardRow' | 'LiveFigures'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'liveBoard' | 'serverTime'>;
} = {
  Query: {
    liveBoard: async (_root, args, context) => askLiveBoard(context.db, args, await questionContext(context)),
    serverTime: (_root, _args, { now }) => now,
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
