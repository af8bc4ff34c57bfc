import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { trustedProxies } from './access/client-address.ts';
import { describeAccess } from './access/describe-access.ts';
import { KeyRing } from './access/keys/key-ring.ts';
import { readSealKeys } from './access/keys/read-seal-keys.ts';
import { limitsOf } from './access/limits.ts';
import { AccessLog } from './access/log/access-log.ts';
import { writeEntries } from './access/log/write-entries.ts';
import { ownHosts } from './access/own-hosts.ts';
import { keepWebhookSecret } from './access/webhook-secret.ts';
import { whoAsks } from './access/who-asks.ts';
import { ensureDefaultAccount } from './accounts/accounts.ts';
import { buildApp } from './app.ts';
import { addressOf, banner } from './banner.ts';
import { type Config, isStartedByNpm, readConfig, readEnvironment } from './config.ts';
import { checkWriting } from './doors/health/check-writing.ts';
import { RecentOutcomes } from './doors/health/recent-outcomes.ts';
import { defaultLiveLimits } from './doors/live/live-limits.ts';
import { startEmbeddedServer } from './embedded-postgres/index.ts';
import type { ServiceSettings } from './graphql/context.ts';
import type { DocumentSettings } from './graphql/documents/held-documents.ts';
import { operationNames } from './graphql/documents/operation-names.ts';
import { readDocuments } from './graphql/documents/read-documents.ts';
import { Retention } from './jobs/retention.ts';
import { startJobs } from './jobs/start-jobs.ts';
import { ChangeNotifier } from './live/change-notifier.ts';
import { createLog, type LogOptions } from './log.ts';
import { openDatabase } from './postgres/client.ts';
import { migrateDatabase } from './postgres/start/migrate.ts';
import { callListAccess, serviceProviders as providers } from './providers/registry.ts';
import { closeWithoutDelay } from './shutdown/close-server.ts';
import { type GracefulStop, stopGracefully } from './shutdown/graceful-stop.ts';
import { whenNpmIsGone } from './shutdown/npm-starter.ts';
import { StartupError, startupLine } from './startup-error.ts';
import { SummedLog } from './summed-log.ts';
import { watchDatabase } from './telemetry/database-figures.ts';
import { ServiceMetrics } from './telemetry/service-metrics.ts';
import { measureThread } from './telemetry/thread-figures.ts';
import { within } from './within.ts';
import { answerOnThread } from './workers/answer-on-thread.ts';
import { exportOnThread } from './workers/export-on-thread.ts';
import { packOnThread } from './workers/pack-on-thread.ts';

/** A batch takes less, unless the database is silent; its connections are broken off then. */
const jobsPatienceMs = 3000;

const interactive = process.stdout.isTTY === true;

await main();

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(readEnvironment());
  } catch (error) {
    complain(error);
    process.exit(1);
  }
  const log = createLog(loggingOf(config));
  const stop = stopGracefully(log);
  if (isStartedByNpm()) whenNpmIsGone(() => stop.tell('the npm that started the service is gone'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'a bug: ending');
    process.exit(1);
  });
  try {
    await start(config, log, stop);
  } catch (error) {
    if (!stop.told.aborted) complain(error);
    return stop.end(stop.told.aborted ? 0 : 1);
  }
  if (stop.told.aborted) return stop.end(0);
  stop.told.addEventListener('abort', () => void stop.end(0));
}

function loggingOf({ LOG_LEVEL }: Config): LogOptions {
  return { level: LOG_LEVEL, forPerson: interactive };
}

async function start(config: Config, log: Logger, stop: GracefulStop): Promise<void> {
  const url = config.DATABASE_URL ?? (await startDatabase(config, log, stop));
  await migrateDatabase(url, log);
  const webhookSecret = config.WEBHOOK_SECRET ?? (await keepWebhookSecret(config.DATA_DIR));

  // A delivery is answered within 15 seconds, whatever becomes of it. Each busy account holds a connection while its group is
  // being committed; twenty do not wait for each other.
  const ingest = openDatabase({
    url,
    name: 'ingest',
    max: 24,
    statementTimeoutMs: 10_000,
    findsByKey: true,
    plansOnce: true,
    log,
  });
  stop.closeLater('connections', ingest.close);
  const tellingFailures = new SummedLog(log);
  const notifier = new ChangeNotifier(url, tellingFailures);
  stop.closeLater('connections', () => notifier.close().finally(() => tellingFailures.close()));
  const jobs = openDatabase({ url, name: 'jobs', max: 3, statementTimeoutMs: 20_000, log });
  stop.closeLater('connections', jobs.close);

  const ring = await KeyRing.open(url, log);
  stop.closeLater('connections', ring.close);
  const entries = openDatabase({ url, name: 'log', max: 1, statementTimeoutMs: 5000, connectTimeoutMs: 3000, log });
  const accessLog = new AccessLog({ write: (batch) => writeEntries(entries.pool, batch), log });
  stop.closeLater('connections', () => accessLog.close().finally(entries.close));

  const logging = loggingOf(config);
  const service: ServiceSettings = {
    documents: await documentSettings(config),
    timeZone: config.TIME_ZONE,
    region: config.REGION,
    liveAgeLimitHours: config.LIVE_AGE_LIMIT_HOURS,
    limits: limitsOf(config),
    budgetPerMinute: config.BUDGET_PER_MINUTE,
    maxAnswerBytes: config.LIMIT_ANSWER_MB * 1024 * 1024,
    listTimeoutMs: config.LIST_TIMEOUT_SECONDS * 1000,
    endedCallsDays: config.RETENTION_ENDED_CALLS_DAYS,
  };
  const cacheBytes = config.METRICS_SOURCE === 'calls' ? null : config.METRICS_CACHE_MB * 1024 * 1024;
  const keys = await readSealKeys(ingest.db);
  const settings = { databaseUrl: url, service, keys, cacheBytes };
  const { ANSWERS_HEAP_MB: heapMb } = config;
  const metrics = new ServiceMetrics(operationNames(service.documents?.held ?? []));
  const answers = await answerOnThread({ settings, logging }, log, {
    onRestart: () => metrics.restarted('answering'),
    providers,
    heapMb,
    signal: stop.told,
  });
  stop.closeLater('connections', answers.stop);
  const hosts = ownHosts({
    host: config.HOST,
    publicHosts: config.PUBLIC_HOSTS,
    allowedOrigins: config.ALLOWED_ORIGINS,
  });
  const exportLimits = {
    ofOne: config.EXPORTS_PER_KEY,
    ofAll: config.EXPORTS_AT_ONCE,
    exportMs: config.EXPORT_MINUTES * 60_000,
    stillMs: config.EXPORT_STILL_SECONDS * 1000,
  };
  const liveLimits = {
    ...defaultLiveLimits,
    connections: config.LIVE_CONNECTIONS,
    unnamed: config.LIVE_CONNECTIONS_WITHOUT_INIT,
    ofConnection: config.LIVE_SUBSCRIPTIONS_PER_CONNECTION,
    ofOne: config.LIVE_SUBSCRIPTIONS_PER_KEY,
    ofAll: config.LIVE_SUBSCRIPTIONS,
    stillMs: config.LIVE_STILL_SECONDS * 1000,
    openMs: config.LIMIT_OPERATION_SECONDS * 1000,
  };
  const exporting = { databaseUrl: url, service, keys, most: exportLimits.ofAll, exportMs: exportLimits.exportMs };
  const exports = exportOnThread({ settings: exporting, logging }, log, { providers });
  stop.closeLater('connections', exports.stop);
  if (hosts.takesAny) {
    log.warn(
      'requests under any name are answered, since HOST is a wildcard: set PUBLIC_HOSTS to the names of this service',
    );
  }
  const access = { host: config.HOST, adminToken: config.ADMIN_TOKEN, isOpen: config.ACCESS === 'open' };
  const outcomes = new RecentOutcomes();
  const writing = checkWriting(url, outcomes);
  stop.closeLater('connections', writing.close);
  const account = await ensureDefaultAccount(ingest.db, { timeZone: config.TIME_ZONE, region: config.REGION });
  const app = await buildApp({
    answers,
    exports,
    ingest: ingest.db,
    account,
    webhookSecret,
    providers,
    whoAsks: whoAsks(access, ring),
    accessLog,
    proxies: trustedProxies(config.TRUSTED_PROXIES),
    hosts,
    admission: { queue: config.LIMIT_QUEUE, operationMs: config.LIMIT_OPERATION_SECONDS * 1000 },
    limits: service.limits,
    exportLimits,
    liveLimits,
    log,
    health: { webhook: writing.whyNot, graphql: answers.whyNot },
    outcomes,
    onWritten: notifier.changed,
    telemetry: {
      metrics,
      looked: {
        main: measureThread({ ingest: ingest.pool, jobs: jobs.pool, log: entries.pool }),
        answering: answers.measure,
        database: watchDatabase(jobs.pool),
      },
    },
  });
  stop.closeLater('work', closeWithoutDelay(app, log, ingest.close));

  const retention = new Retention(jobs.pool, config, log);
  await retention.check();
  const address = await listen(app, config);
  const stopJobs = startJobs({
    pool: jobs.pool,
    db: jobs.db,
    retention,
    settings: config,
    providers,
    onChanged: notifier.changed,
    access: callListAccess(config),
    log,
  });
  stop.closeLater('work', () => within(jobsPatienceMs, stopJobs()));
  stop.closeLater(
    'work',
    packOnThread({ url, logging }, log, () => metrics.restarted('packing')),
  );
  const { isOpen, line: opensTo, warning } = describeAccess(access, ring.isMade);
  log.info({ address, graphql: `${address}/graphql`, needsKeys: !isOpen, opensTo, pid: process.pid }, 'listening');
  if (warning) log.warn(warning);
  // Where stdout carries JSON lines the person's words go to stderr, so that each stream stays what it is.
  (interactive ? process.stdout : process.stderr).write(
    banner(address, { provider: providers.get(account.provider), secret: webhookSecret, opensTo }),
  );
}

async function documentSettings(config: Config): Promise<DocumentSettings> {
  const { DOCUMENTS_DIR: folder, DOCUMENTS } = config;
  const isOnly = DOCUMENTS === 'only';
  if (isOnly && !folder) {
    throw new StartupError('The setting DOCUMENTS is "only": set DOCUMENTS_DIR to the folder of the documents.');
  }
  return { held: folder ? await readDocuments(folder, limitsOf(config)) : [], isOnly };
}

async function startDatabase(config: Config, log: Logger, stop: GracefulStop): Promise<string> {
  const server = await startEmbeddedServer({ dataDir: config.DATA_DIR, port: config.POSTGRES_PORT, log });
  stop.closeLater('database', server.stop);
  void server.ended.then((how) => {
    if (server.isStopping()) return;
    log.fatal(`the embedded PostgreSQL ended by itself: it was ${how}`);
    void stop.end(1);
  });
  return server.url;
}

async function listen(app: FastifyInstance, { HOST, PORT }: Config): Promise<string> {
  try {
    await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program listens there: stop it, or set another PORT' : message;
    throw new StartupError(`Cannot listen on HOST ${HOST}, PORT ${PORT}: ${why}.`);
  }
  const bound = app.server.address();
  return addressOf(HOST, typeof bound === 'object' && bound ? bound.port : PORT);
}

function complain(error: unknown): void {
  process.stderr.write(`${startupLine(error)}\n`);
}
