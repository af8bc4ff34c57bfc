import { calls } from '../calls/call.table.ts';
import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionResolvers } from '../paging/connection.resolvers.ts';
import { participantResolvers } from '../participants/participant.resolvers.ts';
import { listCustomers } from './list-customers.ts';

export const customerResolvers: Pick<Resolvers, 'Customer' | 'CustomerConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'customer' | 'customers'>;
} = {
  Query: {
    customer: (_root, { id }, { loaders }) => loaders.customers.find(rowIdOf('Customer', id)),
    customers: async (_root, args, context) => listCustomers(context.db, { ...args, region: await regionOf(context, args.filter) }),
  },
  Customer: participantResolvers('Customer', calls.customerId),
  CustomerConnection: connectionResolvers,
};
