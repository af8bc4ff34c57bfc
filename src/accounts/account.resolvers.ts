import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { rowIdOf, toGlobalId } from '../query/global-id.ts';

export const accountResolvers: Pick<Resolvers, 'Account'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'account' | 'accounts'>;
} = {
  Query: {
    account: (_root, { id }, { loaders }) => loaders.accounts.find(rowIdOf('Account', id)),
    accounts: (_root, _args, { accounts }) => accounts(),
  },
  Account: { id: ({ id }) => toGlobalId('Account', id) },
};
