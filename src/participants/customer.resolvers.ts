import { chooseAccount } from '../accounts/choose-account.ts';
import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { asciiDigits } from '../phone-numbers/ascii-digits.ts';
import { readingsOf } from '../phone-numbers/former-readings.ts';
import { connectionFields } from '../query/connection-fields.ts';
import { rowIdOf } from '../query/global-id.ts';
import { readText } from '../query/read-value.ts';
import { findCustomerByNumber } from './find-customer.ts';
import { listCustomers } from './list-customers.ts';
import { nameParticipant } from './name-participant.ts';
import { participantFields } from './participant-fields.ts';

export const customerResolvers: Pick<Resolvers, 'Customer' | 'CustomerConnection'> & {
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'updateCustomer'>;
  Query: Pick<NonNullable<Resolvers['Query']>, 'customer' | 'customerByNumber' | 'customers'>;
} = {
  Query: {
    customer: (_root, { id }, { loaders }) => loaders.customers.find(rowIdOf('Customer', id)),
    customerByNumber: async (_root, { number, accountId }, context) => {
      const text = readText(number, ['number']);
      const account = accountId == null ? null : rowIdOf('Account', accountId);
      if (accountId != null && account === null) return null;
      const named = accountId == null ? null : { accountId: { eq: accountId } };
      const region = chooseAccount(await context.accounts(), named)?.region ?? context.service.region;
      const readings = readingsOf(asciiDigits(text), region);
      return readings.length === 0 ? null : findCustomerByNumber(context.db, { readings, accountId: account });
    },
    customers: async (_root, args, context) =>
      listCustomers(context.lists, { ...args, region: await regionOf(context, args.filter) }),
  },
  Mutation: {
    updateCustomer: async (_root, args, context) => {
      const id = await nameParticipant('Customer', args, context);
      return context.loaders.customers.get(id);
    },
  },
  Customer: participantFields('Customer', 'customerId'),
  CustomerConnection: connectionFields,
};
