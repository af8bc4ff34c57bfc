import { requireOwnPage } from '../access/require-scope.ts';
import { badInput } from '../errors.ts';
import type { NodeType } from '../query/global-id.ts';
import { maxListLength } from '../query/read-value.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated/resolvers.ts';
import type { RowLoader } from './loaders.ts';

type Named = { __typename: NodeType };

/** Whatever an id names, marked with its type; null if it names nothing. */
async function findNode(id: string, context: Context): Promise<Named | null> {
  const named = context.seals.ids.read(id);
  if (!named) return null;
  if (named.type === 'WebhookEvent') requireOwnPage(context);
  const { loaders } = context;
  const loaderOf: Record<Exclude<NodeType, 'Account'>, RowLoader<object>> = {
    Agent: loaders.agents,
    Call: loaders.calls,
    CallGroup: loaders.callGroups,
    Campaign: loaders.campaigns,
    Customer: loaders.customers,
    VirtualNumber: loaders.virtualNumbers,
    WebhookEvent: loaders.webhookEvents,
  };
  const row = await (named.type === 'Account'
    ? loaders.accounts.find(named.id)
    : loaderOf[named.type].findById(named.id));
  return row && { ...row, __typename: named.type };
}

export const nodeResolvers = {
  Query: {
    node: (_root: unknown, { id }: { id: string }, context: Context) => findNode(id, context),
    nodes: (_root: unknown, { ids }: { ids: readonly string[] }, context: Context) => {
      if (ids.length > maxListLength) throw badInput(['ids'], `has ${ids.length} values`, `at most ${maxListLength}`);
      return ids.map((id) => findNode(id, context));
    },
  },
  Node: { __resolveType: (node: unknown) => (node as Named).__typename },
} satisfies Record<string, unknown> & { Node: Resolvers['Node'] };
