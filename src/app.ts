import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { TrustedProxies } from './access/client-address.ts';
import { defaultLimits, type Limits } from './access/limits.ts';
import type { AccessLog } from './access/log/access-log.ts';
import { guardHost, type OwnHosts, ownHosts } from './access/own-hosts.ts';
import { hasScope } from './access/viewer.ts';
import type { WhoAsks } from './access/who-asks.ts';
import type { Account } from './accounts/account.table.ts';
import { askForKey } from './doors/ask-for-key.ts';
import { crossOrigin } from './doors/cross-origin.ts';
import { answerUnparsed } from './doors/escape-raw-query.ts';
import { exportRoute } from './doors/exports/export.route.ts';
import { openApiRoute } from './doors/exports/openapi.route.ts';
import { defaultExportLimits, type ExportLimits } from './doors/exports/running-exports.ts';
import { Admission, type AdmissionLimits, defaultAdmission } from './doors/graphql/admission.ts';
import { graphqlRoute } from './doors/graphql/graphql.route.ts';
import { type HealthParts, healthRoute } from './doors/health/health.route.ts';
import type { RecentOutcomes } from './doors/health/recent-outcomes.ts';
import { defaultLiveLimits, type LiveLimits } from './doors/live/live-limits.ts';
import { mountLive } from './doors/live/mount-live.ts';
import { OwnUpgrades, routeUpgrades } from './doors/live/upgrades.ts';
import { playgroundRoute, readPlayground } from './doors/playground/playground.route.ts';
import { prometheusRoute } from './doors/prometheus/prometheus.route.ts';
import { addProtectiveHeaders } from './doors/protective-headers.ts';
import { maxHeaderBytes, notePath, receivingMs, refuseExpectation } from './doors/raw-refusal.ts';
import { requestIdOf } from './doors/request-id.ts';
import { startRoute } from './doors/start/start.route.ts';
import { Refusals } from './doors/webhook/refusals.ts';
import { webhookRoute } from './doors/webhook/webhook.route.ts';
import { AppError } from './errors.ts';
import { describeFailure } from './failures.ts';
import type { Answers } from './graphql/server/answers.ts';
import type { PooledDatabase } from './postgres/client.ts';
import type { Providers } from './providers/providers.ts';
import { SummedLog } from './summed-log.ts';
import type { Looked, ServiceMetrics } from './telemetry/service-metrics.ts';
import type { ExportsOfCalls } from './workers/export-on-thread.ts';

/** What the doors work with; whoever opened a part closes it. */
export type AppParts = {
  /** What answers questions. */
  answers: Pick<Answers, 'answer' | 'charge' | 'subscribe'>;
  /** What makes exports of calls. */
  exports: Pick<ExportsOfCalls, 'start'>;
  /** Connections of the webhook, so that heavy questions never keep a delivery waiting. */
  ingest: PooledDatabase;
  /** The account whose deliveries the webhook takes. */
  account: Account;
  webhookSecret: string;
  /** Whose deliveries are understood, each at addresses of its own. */
  providers: Providers;
  /** Who sent a request. */
  whoAsks: WhoAsks;
  /** Where it is noted what was asked. */
  accessLog: AccessLog;
  /** The service's own names. Default: those of this machine to itself. */
  hosts?: OwnHosts;
  /** Whose word is taken for whose requests they pass on. */
  proxies: TrustedProxies;
  /** How many questions may wait, and for how long. */
  admission?: AdmissionLimits;
  /** How many exports may run, and for how long. */
  exportLimits?: ExportLimits;
  /** How many subscriptions there may be, and how long readers may stand still. */
  liveLimits?: LiveLimits;
  /** What a request may hold. */
  limits?: Limits;
  log: Logger;
  health: HealthParts;
  /** Told what became of each delivery. */
  outcomes?: RecentOutcomes;
  /** Told of an account once deliveries to it have become durable. */
  onWritten?: (accountId: number) => void;
  /** What is told to Prometheus, and what is looked at for that. Absent: there is no such door. */
  telemetry?: { metrics: ServiceMetrics; looked: Omit<Looked, 'queue'> };
};

const notFound = { error: 'not found' };

/** The whole service behind one HTTP server, not yet listening. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const {
    log,
    answers,
    exports,
    ingest,
    account,
    webhookSecret,
    providers,
    whoAsks,
    accessLog,
    proxies,
    health,
    outcomes,
    telemetry,
    admission = defaultAdmission,
    exportLimits = defaultExportLimits,
    liveLimits = defaultLiveLimits,
  } = parts;
  const { hosts = ownHosts({ host: 'localhost' }), limits = defaultLimits } = parts;
  const app: FastifyInstance = Fastify({
    logger: false, // its own lines show URLs, which hold the secret and numbers
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    // A query string may be as long as a delivery's body.
    http: {
      IncomingMessage: OwnUpgrades,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: receivingMs,
      connectionsCheckingInterval: 1000,
      requireHostHeader: false, // guardHost decides
    },
    requestTimeout: receivingMs,
    clientErrorHandler: (error, socket) => void answerUnparsed(app, error, socket),
    // A URL that cannot be read, or holds too much, leads nowhere; Fastify's own answer would repeat it.
    frameworkErrors: (_error, request, reply: FastifyReply) => {
      addProtectiveHeaders(request, reply); // no hook runs
      reply.code(404).header('x-request-id', request.id).send(notFound);
    },
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  });

  const failures = new SummedLog(log);
  const reportUnexpected = ({ id: requestId }: { id: string }, error: unknown) =>
    failures.error({ requestId, failure: describeFailure(error) }, 'a request failed unexpectedly');
  app.addHook('onClose', async () => failures.close());
  // All are seen, as many as fit: one that is dropped may be what says that somebody passed the request on.
  app.server.maxHeadersCount = 0;
  app.server.on('checkExpectation', refuseExpectation);
  routeUpgrades(app);
  app.addHook('onRequest', (request, reply, done) => {
    notePath(request.raw);
    addProtectiveHeaders(request, reply);
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onRequest', guardHost(hosts));
  if (hosts.namesOrigins) app.addHook('onRequest', crossOrigin(hosts));
  // Before its body is looked at, which may be too large or of no known type.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) reply.code(404).send(notFound);
    else done();
  });
  const playground = readPlayground();
  app.decorateRequest('asker', null);
  const gate = askForKey({ whoAsks, proxies, accessLog, isPage: playground.isPage });
  app.addHook('onRequest', gate.hook);
  app.addHook('onResponse', (request, reply, done) => {
    done();
    if (!log.isLevelEnabled('debug')) return;
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    log.debug({ requestId: request.id, method, route: routeOptions.url, status: reply.statusCode, ms }, 'answered');
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(notFound));
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode < 500) return reply.code(statusCode).send({ error: error.message });
    reportUnexpected(request, error);
    return reply.code(500).send({ error: 'something failed on our side', requestId: request.id });
  });

  const tellsWhy = ({ raw }: FastifyRequest) => {
    const asker = whoAsks.known(raw);
    return !(asker instanceof AppError) && hasScope(asker.viewer, 'admin');
  };
  await app.register(healthRoute, { ...health, tellsWhy });
  await app.register(startRoute);
  await app.register(playgroundRoute, playground);
  const refusals = new Refusals();
  const metrics = telemetry?.metrics;
  let queue: Looked['queue'] = () => ({ length: 0, oldestSeconds: 0 });
  const meter = metrics && {
    delivered: metrics.delivered.bind(metrics),
    committed: metrics.committed.bind(metrics),
    watchQueue: (look: Looked['queue']) => {
      queue = look;
    },
  };
  const inbox = { db: ingest, account, secret: webhookSecret, providers, refusals, outcomes };
  await app.register(webhookRoute, { ...inbox, log, meter, onWritten: parts.onWritten });
  if (telemetry) {
    const looked = { ...telemetry.looked, queue: () => queue() };
    await app.register(prometheusRoute, { metrics: telemetry.metrics, looked, hosts });
  }
  const questions = new Admission(answers, admission);
  const sockets = await mountLive(app, {
    answers,
    refusals,
    accessLog,
    hosts,
    proxies,
    limits,
    liveLimits,
    askAs: gate.askAs,
    giveTicket: whoAsks.giveTicket,
    meter: metrics?.live,
    onUnexpected: reportUnexpected,
  });
  await app.register(graphqlRoute, {
    answers: questions,
    refusals,
    accessLog,
    hosts,
    proxies,
    limits,
    playground,
    sockets,
    onAsked: metrics?.asked.bind(metrics),
  });
  await app.register(openApiRoute);
  await app.register(exportRoute, {
    exports,
    answers,
    questions,
    accessLog,
    hosts,
    proxies,
    limits,
    exportLimits,
    onUnexpected: reportUnexpected,
  });
  return app;
}
