import type { Resolvers } from '../../graphql/generated/resolvers.ts';
import { connectionFields } from '../../query/page.ts';
import { listEndedCalls } from './list-ended-calls.ts';

export const endedCallResolvers: Pick<Resolvers, 'EndedCall' | 'EndedCallConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'endedCalls'>;
} = {
  Query: {
    endedCalls: (_root, args, { lists, now, service: { endedCallsDays = 90 } }) =>
      listEndedCalls(lists, { ...args, now, keptDays: endedCallsDays }),
  },
  EndedCall: {
    id: ({ callId }, _args, { seals }) => seals.ids.write('Call', callId),
    replacedBy: ({ replacedBy }, _args, { seals }) =>
      replacedBy === null ? null : seals.ids.write('Call', replacedBy),
  },
  EndedCallConnection: connectionFields,
};
