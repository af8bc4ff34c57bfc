import type { Context } from '../../graphql/context.ts';
import type { ApiKeyInput, ApiScope } from '../../graphql/generated/inputs.ts';
import type { Resolvers } from '../../graphql/generated/resolvers.ts';
import { requireOwnPage } from '../require-scope.ts';
import { type Scope, scopes } from '../viewer.ts';
import { stateOf } from './api-key.ts';
import { createKey } from './create-key.ts';
import { listKeys } from './list-keys.ts';
import type { NewKey } from './read-new-key.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const shownAs: Record<Scope, ApiScope> = {
  calls: 'CALLS',
  metrics: 'METRICS',
  numbers: 'NUMBERS',
  recordings: 'RECORDINGS',
  inbox: 'INBOX',
  'names:write': 'NAMES_WRITE',
  replay: 'REPLAY',
  admin: 'ADMIN',
};

/** Who asks, and the keys that they see and make. */
export const apiKeyResolvers: Pick<Resolvers, 'ApiKey' | 'IssuedApiKey' | 'Viewer'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'apiKeys' | 'viewer'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'createApiKey' | 'rotateApiKey' | 'revokeApiKey'>;
} = {
  Query: {
    viewer: (_root, _args, { viewer }) => viewer,
    // Where keys are written: the answer has those that this operation has just made, too.
    apiKeys: (_root, _args, context) => {
      requireOwnPage(context);
      return context.writes.write((pool, viewer) => listKeys(pool, viewer));
    },
  },
  Mutation: {
    createApiKey: (_root, { input }, context) => {
      requireOwnPage(context);
      const asked = { now: context.now, path: ['input'] };
      return context.writes.write((pool, viewer) => createKey(pool, viewer, newKeyOf(input, context), asked));
    },
    rotateApiKey: (_root, { name }, context) => {
      requireOwnPage(context);
      return context.writes.write((pool, viewer) => rotateKey(pool, viewer, name, { now: context.now, path: [] }));
    },
    revokeApiKey: async (_root, args, context) => {
      requireOwnPage(context);
      const asked = { now: context.now, path: [] };
      return (await context.writes.write((pool, viewer) => revokeKey(pool, viewer, args, asked))).key;
    },
  },
  Viewer: {
    scopes: ({ scopes }) => scopes.map((scope) => shownAs[scope]),
    accounts: ({ accounts }, _args, context) => (accounts === 'all' ? null : context.accounts()),
    expiresAt: ({ expiresAt }) => expiresAt ?? null,
  },
  ApiKey: {
    state: (key, _args, { now }) => stateOf(key, now),
    scopes: (key) => key.scopes.map((scope) => shownAs[scope]),
    accounts: ({ accountIds }, _args, { loaders }) =>
      accountIds && Promise.all(accountIds.map((id) => loaders.accounts.get(id))),
  },
};

function newKeyOf({ scopes: words, accountIds, ...rest }: ApiKeyInput, { seals }: Context): NewKey {
  return {
    ...rest,
    scopes: scopes.filter((scope) => words.includes(shownAs[scope])),
    accountIds: accountIds?.map((id) => seals.ids.rowIdOf('Account', id)) ?? null,
    budget: rest.budget ?? null,
  };
}
