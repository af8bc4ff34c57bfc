import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { accountResolvers } from '../accounts/account.resolvers.ts';
import { agentResolvers } from '../agents/agent.resolvers.ts';
import { callGroupResolvers } from '../call-groups/call-group.resolvers.ts';
import { callResolvers } from '../calls/call.resolvers.ts';
import { campaignResolvers } from '../campaigns/campaign.resolvers.ts';
import { customerResolvers } from '../customers/customer.resolvers.ts';
import { endedCallResolvers } from '../ended-calls/ended-call.resolvers.ts';
import { metricsResolvers } from '../metrics/metrics.resolvers.ts';
import { projectFile } from '../project-file.ts';
import { virtualNumberResolvers } from '../virtual-numbers/virtual-number.resolvers.ts';
import { webhookResolvers } from '../webhook/webhook.resolvers.ts';
import { nodeResolvers } from './node.resolvers.ts';
import { scalars } from './scalars.ts';

/** The schema of schema.graphql, with the resolvers of every room. */
export function buildSchema() {
  return makeExecutableSchema({
    typeDefs: readFileSync(projectFile('schema.graphql'), 'utf8'),
    resolvers: [
      scalars,
      nodeResolvers,
      accountResolvers,
      callResolvers,
      endedCallResolvers,
      agentResolvers,
      campaignResolvers,
      callGroupResolvers,
      virtualNumberResolvers,
      customerResolvers,
      metricsResolvers,
      webhookResolvers,
    ],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
