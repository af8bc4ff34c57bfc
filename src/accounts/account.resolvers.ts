import type { Resolvers } from '../graphql/generated/resolvers.ts';

export const accountResolvers: Pick<Resolvers, 'Account'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'account' | 'accounts'>;
} = {
  Query: {
    account: (_root, { id }, { loaders, seals }) => loaders.accounts.find(seals.ids.rowIdOf('Account', id)),
    accounts: (_root, _args, { accounts }) => accounts(),
  },
  Account: { id: ({ id }, _args, { seals }) => seals.ids.write('Account', id) },
};
