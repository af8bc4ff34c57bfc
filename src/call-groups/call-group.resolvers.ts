import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { participantFields } from '../participants/participant-fields.ts';
import { listCallGroups } from './list-call-groups.ts';

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
