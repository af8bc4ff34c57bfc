import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { connectionFields } from '../query/connection-fields.ts';
import { rowIdOf } from '../query/global-id.ts';
import { listAgents } from './list-agents.ts';
import { nameParticipant } from './name-participant.ts';
import { participantFields } from './participant-fields.ts';

export const agentResolvers: Pick<Resolvers, 'Agent' | 'AgentConnection'> & {
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'updateAgent'>;
  Query: Pick<NonNullable<Resolvers['Query']>, 'agent' | 'agents'>;
} = {
  Query: {
    agent: (_root, { id }, { loaders }) => loaders.agents.find(rowIdOf('Agent', id)),
    agents: async (_root, args, context) =>
      listAgents(context.lists, { ...args, region: await regionOf(context, args.filter) }),
  },
  Mutation: {
    updateAgent: async (_root, args, context) => {
      const id = await nameParticipant('Agent', args, context);
      return context.loaders.agents.get(id);
    },
  },
  Agent: participantFields('Agent', 'agentId'),
  AgentConnection: connectionFields,
};
