import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { apiKeyResolvers } from '../access/keys/api-key.resolvers.ts';
import { accessLogResolvers } from '../access/log/access-log.resolvers.ts';
import { accountResolvers } from '../accounts/account.resolvers.ts';
import { callResolvers } from '../calls/call.resolvers.ts';
import { endedCallResolvers } from '../calls/merge/ended-call.resolvers.ts';
import { webhookResolvers } from '../inbox/webhook-event.resolvers.ts';
import { liveBoardResolvers } from '../metrics/live/live-board.resolvers.ts';
import { metricsResolvers } from '../metrics/metrics.resolvers.ts';
import { participantResolvers } from '../participants/participants.resolvers.ts';
import { projectFile } from '../project-file.ts';
import { takeAccessMarks } from './access-marks.ts';
import { nodeResolvers } from './node.resolvers.ts';
import { scalars } from './scalars.ts';
import { takeSnapshotMarks } from './snapshots/snapshot-marks.ts';

/** The schema of schema.graphql, with the resolvers of every room. */
export function buildSchema() {
  const schema = makeExecutableSchema({
    typeDefs: readFileSync(projectFile('schema.graphql'), 'utf8'),
    resolvers: [
      scalars,
      nodeResolvers,
      accountResolvers,
      callResolvers,
      endedCallResolvers,
      participantResolvers,
      metricsResolvers,
      liveBoardResolvers,
      webhookResolvers,
      apiKeyResolvers,
      accessLogResolvers,
    ],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  return takeAccessMarks(takeSnapshotMarks(schema));
}
