import { calls } from '../calls/call.table.ts';
import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionResolvers } from '../paging/connection.resolvers.ts';
import { participantResolvers } from '../participants/participant.resolvers.ts';
import { listAgents } from './list-agents.ts';

export const agentResolvers: Pick<Resolvers, 'Agent' | 'AgentConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'agent' | 'agents'>;
} = {
  Query: {
    agent: (_root, { id }, { loaders }) => loaders.agents.find(rowIdOf('Agent', id)),
    agents: async (_root, args, context) => listAgents(context.db, { ...args, region: await regionOf(context, args.filter) }),
  },
  Agent: participantResolvers('Agent', calls.agentId),
  AgentConnection: connectionResolvers,
};
