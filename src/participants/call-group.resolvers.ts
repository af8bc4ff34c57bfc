import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { connectionFields } from '../query/connection-fields.ts';
import { rowIdOf } from '../query/global-id.ts';
import { listCallGroups } from './list-call-groups.ts';
import { participantFields } from './participant-fields.ts';

export const callGroupResolvers: Pick<Resolvers, 'CallGroup' | 'CallGroupConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'callGroup' | 'callGroups'>;
} = {
  Query: {
    callGroup: (_root, { id }, { loaders }) => loaders.callGroups.find(rowIdOf('CallGroup', id)),
    callGroups: async (_root, args, context) =>
      listCallGroups(context.lists, { ...args, region: await regionOf(context, args.filter) }),
  },
  CallGroup: participantFields('CallGroup', 'callGroupId'),
  CallGroupConnection: connectionFields,
};
