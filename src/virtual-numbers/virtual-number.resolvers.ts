import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { nameParticipant } from '../participants/name-participant.ts';
import { participantFields } from '../participants/participant-fields.ts';
import { listVirtualNumbers } from './list-virtual-numbers.ts';

export const virtualNumberResolvers: Pick<Resolvers, 'VirtualNumber' | 'VirtualNumberConnection'> & {
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'updateVirtualNumber'>;
  Query: Pick<NonNullable<Resolvers['Query']>, 'virtualNumber' | 'virtualNumbers'>;
} = {
  Query: {
    virtualNumber: (_root, { id }, { loaders }) => loaders.virtualNumbers.find(rowIdOf('VirtualNumber', id)),
    virtualNumbers: async (_root, args, context) =>
      listVirtualNumbers(context.lists, { ...args, region: await regionOf(context, args.filter) }),
  },
  Mutation: {
    updateVirtualNumber: async (_root, args, context) => {
      const id = await nameParticipant('VirtualNumber', args, context);
      return context.loaders.virtualNumbers.get(id);
    },
  },
  VirtualNumber: participantFields('VirtualNumber', 'virtualNumberId'),
  VirtualNumberConnection: connectionFields,
};
