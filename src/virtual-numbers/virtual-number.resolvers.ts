import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { participantFields } from '../participants/participant-fields.ts';
import { listVirtualNumbers } from './list-virtual-numbers.ts';

export const virtualNumberResolvers: Pick<Resolvers, 'VirtualNumber' | 'VirtualNumberConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'virtualNumber' | 'virtualNumbers'>;
} = {
  Query: {
    virtualNumber: (_root, { id }, { loaders }) => loaders.virtualNumbers.find(rowIdOf('VirtualNumber', id)),
    virtualNumbers: async (_root, args, context) =>
      listVirtualNumbers(context.db, { ...args, region: await regionOf(context, args.filter) }),
  },
  VirtualNumber: participantFields('VirtualNumber', 'virtualNumberId'),
  VirtualNumberConnection: connectionFields,
};
