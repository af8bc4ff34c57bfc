import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { AdminGate } from '../access/admin-gate.ts';
import type { PooledDatabase, StatementListener } from '../db/client.ts';
import type { OpenPackedCalls } from '../metrics/choose-source.ts';
import type { Playground } from '../playground/playground.route.ts';
import type { Refusals } from '../webhook/refusals.ts';
import { type Context, listTimeoutOf, makeContext, type ServiceSettings } from './context.ts';
import { executeByPlan } from './execute-by-plan.ts';
import { formatError, reportErrors } from './report-errors.ts';
import { buildSchema } from './schema.ts';
import { servedOperations } from './served-operations.ts';
import { showPlan } from './show-plan.ts';
import { openSnapshot } from './snapshot.ts';
import { snapshotPerOperation } from './snapshot-per-operation.ts';

export type GraphqlParts = {
  db: PooledDatabase;
  /** Connections of lists: their statements end sooner. */
  lists: PooledDatabase;
  service: ServiceSettings;
  /** Absent: figures come from calls alone. */
  openPackedCalls?: OpenPackedCalls | null | undefined;
  refusals: Refusals;
  isAdmin: AdminGate;
  log: Logger;
  onStatement?: StatementListener | undefined;
  playground: Playground;
};

/** Mounts the GraphQL door. */
export async function graphqlRoute(app: FastifyInstance, parts: GraphqlParts) {
  const { db, lists, service, openPackedCalls = null, refusals, isAdmin, log, onStatement, playground } = parts;
  const apollo = new ApolloServer<Context>({
    gateway: executeByPlan(buildSchema()),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: 20_000 },
    validationRules: [servedOperations],
    formatError,
    logger: log,
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(), // it wraps every field: half the time of a large answer
      ApolloServerPluginLandingPageDisabled(),
      reportErrors(log),
      showPlan(),
      snapshotPerOperation(() => openSnapshot(db.$client, { onStatement, listTimeoutMs: listTimeoutOf(service) })),
    ],
  });
  await apollo.start();
  const answer = fastifyApolloHandler(apollo, {
    context: async ({ id: requestId, headers }) =>
      makeContext({
        db,
        lists,
        service,
        openPackedCalls,
        refusals,
        requestId,
        log,
        isAdmin: isAdmin(headers.authorization),
      }),
  });
  // What never reaches Apollo is refused in the words that clients of GraphQL understand, too.
  app.addHook('onRequest', async ({ method }, reply) => {
    if (method === 'GET' || method === 'HEAD' || method === 'POST') return;
    return refuse(reply.header('allow', 'GET, POST'), 405, 'Use GET or POST.');
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const { statusCode = 500, message } = error;
    if (statusCode >= 500) throw error;
    return refuse(reply, statusCode, message);
  });
  app.route({
    method: app.supportedMethods,
    url: '/graphql',
    handler: (request, reply) =>
      playground.wantsPage(request) ? playground.sendPage(reply) : answer.call(app, request, reply),
  });
}

function refuse(reply: FastifyReply, status: number, message: string) {
  return reply.code(status).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
}
