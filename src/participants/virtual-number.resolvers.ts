import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { connectionFields } from '../query/connection-fields.ts';
import { rowIdOf } from '../query/global-id.ts';
import { listVirtualNumbers } from './list-virtual-numbers.ts';
import { nameParticipant } from './name-participant.ts';
import { participantFields } from './participant-fields.ts';

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
