import { GraphQLClient } from 'graphql-request';
import pino from 'pino';
import { trustedProxies } from '../../src/access/client-address.ts';
import { KeyRing } from '../../src/access/keys/key-ring.ts';
import { readSealKeys } from '../../src/access/keys/read-seal-keys.ts';
import { defaultLimits, type Limits } from '../../src/access/limits.ts';
import { AccessLog } from '../../src/access/log/access-log.ts';
import { writeEntries } from '../../src/access/log/write-entries.ts';
import { type OwnHostsSettings, ownHosts } from '../../src/access/own-hosts.ts';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { type AccessSettings, type WhoAsks, whoAsks } from '../../src/access/who-asks.ts';
import type { Account } from '../../src/accounts/account.table.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { buildApp } from '../../src/app.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { defaultExportLimits, type ExportLimits } from '../../src/doors/exports/running-exports.ts';
import type { AdmissionLimits } from '../../src/doors/graphql/admission.ts';
import { checkAnswering } from '../../src/doors/health/check-answering.ts';
import { checkWriting } from '../../src/doors/health/check-writing.ts';
import { RecentOutcomes } from '../../src/doors/health/recent-outcomes.ts';
import type { LiveLimits } from '../../src/doors/live/live-limits.ts';
import { AppError } from '../../src/errors.ts';
import type { DocumentSettings } from '../../src/graphql/documents/held-documents.ts';
import { operationNames } from '../../src/graphql/documents/operation-names.ts';
import { type Answers, makeAnswers } from '../../src/graphql/server/answers.ts';
import { LiveFeed } from '../../src/live/live-feed.ts';
import type { OpenPackedCalls } from '../../src/metrics/choose-source.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import type { Providers } from '../../src/providers/providers.ts';
import { serviceProviders } from '../../src/providers/registry.ts';
import { makeSeals } from '../../src/query/seals.ts';
import { SummedLog } from '../../src/summed-log.ts';
import { watchDatabase } from '../../src/telemetry/database-figures.ts';
import { ServiceMetrics } from '../../src/telemetry/service-metrics.ts';
import { measureThread } from '../../src/telemetry/thread-figures.ts';
import { exportOnThread } from '../../src/workers/export-on-thread.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export const testSecret = 'a-secret-for-tests-0123456789';

export type TestApp = {
  url: string;
  webhookUrl: string;
  database: TestDatabase;
  account: Account;
  /** Every line that was logged. */
  logged: Record<string, unknown>[];
  /** The statements since the last call. */
  takeStatements: () => string[];
  client: GraphQLClient;
  /** What answers questions behind the door. */
  answers: Answers;
  /** The data of a query; throws where it has errors. */
  query: <Data = Record<string, unknown>>(query: string, variables?: Record<string, unknown>) => Promise<Data>;
  /** The whole answer of a query, errors included. */
  ask: (query: string, variables?: Record<string, unknown>) => Promise<GraphqlAnswer>;
  /** Sends a delivery as JSON; the answer's status. */
  send: (payload: Record<string, unknown>) => Promise<number>;
  close: () => Promise<void>;
};

export type GraphqlAnswer = {
  status: number;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: { cost?: { requested: number; actual: number; limit: number } };
};

/** What apps are started with unless told otherwise; for files that run the tests of another with something else. */
export const appDefaults: { openPackedCalls: OpenPackedCalls | null; lookedAlong: number } = {
  openPackedCalls: null,
  lookedAlong: 1000,
};

/** The whole service on a free port, with a database of its own. */
export async function startApp(
  settings: {
    timeZone?: string;
    region?: string;
    statementTimeoutMs?: number;
    listTimeoutMs?: number;
    limits?: Partial<Limits>;
    /** Who asks is told by keys, as in the service; else by `viewerOf`. */
    access?: Partial<AccessSettings>;
    /** Where the keys are read, where that is another way to the database. */
    keysUrl?: string;
    /** Who asks, by the Authorization header. Default: an administrator. */
    viewerOf?: (authorization: string | undefined) => Viewer;
    hosts?: OwnHostsSettings;
    admission?: AdmissionLimits;
    exportLimits?: ExportLimits;
    liveLimits?: LiveLimits;
    maxAnswerBytes?: number;
    documents?: DocumentSettings;
    /** Default: so much that no test comes to its end. */
    budgetPerMinute?: number;
    /** Addresses and networks of trusted proxies. */
    proxies?: readonly string[];
    /** Default: one that writes into the app's own database. */
    accessLog?: AccessLog;
    /** Default: those of the service. */
    providers?: Providers;
  } = {},
): Promise<TestApp> {
  const { providers = serviceProviders } = settings;
  const { timeZone = 'Asia/Kolkata', region = 'IN', statementTimeoutMs } = settings;
  const limits = { ...defaultLimits, ...settings.limits };
  const { listTimeoutMs = statementTimeoutMs ?? 0 } = settings;
  const { viewerOf = () => administrator, access, hosts = { host: '127.0.0.1' } } = settings;
  let statements: string[] = [];
  const onStatement = (sql: string) => statements.push(sql);
  const database = await createTestDatabase({ max: 8, onStatement, ...(statementTimeoutMs && { statementTimeoutMs }) });
  const open = (statementTimeoutMs = 0) =>
    openDatabase({ url: database.url, name: 'tests', max: 8, onStatement, statementTimeoutMs, isPipelined: true });
  const queries = open(statementTimeoutMs);
  const lists = open(listTimeoutMs);
  const cancels = openDatabase({ url: database.url, name: 'cancels', max: 2 });
  const snapshots = open(statementTimeoutMs);
  const account = await ensureDefaultAccount(database.db, { timeZone, region });
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const ring = access ? await KeyRing.open(settings.keysUrl ?? database.url, log) : null;
  const sources: Record<string, number> = { 'packed calls': 0, calls: 0 };
  const keys = await readSealKeys(database.db);
  const service = {
    lookedAlong: appDefaults.lookedAlong,
    timeZone,
    region,
    liveAgeLimitHours: 4,
    limits,
    budgetPerMinute: settings.budgetPerMinute ?? 2 ** 31 - 1,
    listTimeoutMs,
    ...(settings.documents && { documents: settings.documents }),
    ...(settings.maxAnswerBytes && { maxAnswerBytes: settings.maxAnswerBytes }),
  };
  const { exportLimits = defaultExportLimits } = settings;
  const exporting = {
    databaseUrl: database.url,
    service,
    keys,
    most: exportLimits.ofAll,
    exportMs: exportLimits.exportMs,
  };
  const exports = exportOnThread({ settings: exporting, logging: { level: 'silent', forPerson: false } }, log, {
    providers,
  });
  const failures = new SummedLog(log);
  const feed = new LiveFeed({ databaseUrl: database.url, seals: makeSeals(keys), failures });
  const answers = await makeAnswers({
    feed,
    onSource: (source) => {
      sources[source] = (sources[source] ?? 0) + 1;
    },
    db: queries.db,
    writes: database.db,
    snapshots: snapshots.db,
    lists: lists.db,
    cancels: cancels.db,
    keys,
    providers,
    service,
    openPackedCalls: appDefaults.openPackedCalls,
    log,
    onStatement,
  });
  const entries = openDatabase({ url: database.url, name: 'log', max: 1, statementTimeoutMs: 5000 });
  const { accessLog = new AccessLog({ write: (batch) => writeEntries(entries.pool, batch), log }) } = settings;
  const measureAnswering = measureThread({ queries: queries.pool, lists: lists.pool }, sources);
  const outcomes = new RecentOutcomes();
  const writing = checkWriting(database.url, outcomes);
  const answering = checkAnswering(database.url, [queries.pool, snapshots.pool, lists.pool]);
  const app = await buildApp({
    answers,
    exports,
    exportLimits,
    ingest: database.db,
    account,
    webhookSecret: testSecret,
    providers,
    whoAsks: ring ? whoAsks({ host: '127.0.0.1', isOpen: false, ...access }, ring) : askedBy(viewerOf),
    accessLog,
    proxies: trustedProxies(settings.proxies ?? []),
    hosts: ownHosts(hosts),
    ...(settings.admission && { admission: settings.admission }),
    ...(settings.liveLimits && { liveLimits: settings.liveLimits }),
    limits,
    log,
    health: { webhook: writing.whyNot, graphql: answering.whyNot },
    outcomes,
    telemetry: {
      metrics: new ServiceMetrics(operationNames([])),
      looked: {
        main: measureThread({ ingest: database.pool }),
        answering: async () => measureAnswering(),
        database: watchDatabase(database.pool),
      },
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const webhookUrl = `${url}/webhooks/callerdesk/${testSecret}`;
  const client = new GraphQLClient(`${url}/graphql`);
  const post = (address: string, body: unknown) =>
    fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return {
    url,
    webhookUrl,
    database,
    account,
    logged,
    takeStatements: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
    client,
    answers,
    query: (query, variables) => client.request(query, variables),
    ask: async (query, variables) => {
      const response = await post(`${url}/graphql`, { query, variables });
      return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, 'status'>) };
    },
    send: async (payload) => (await post(webhookUrl, payload)).status,
    close: async () => {
      await app.close();
      await feed.stop();
      await answers.stop();
      failures.close();
      await exports.stop();
      await ring?.close();
      await accessLog.close();
      await entries.close();
      await writing.close();
      await answering.close();
      await queries.close();
      await lists.close();
      await snapshots.close();
      await cancels.close();
      await database.close();
    },
  };
}

/** Whoever a test says, for as long as it likes. */
function askedBy(viewerOf: (authorization: string | undefined) => Viewer): WhoAsks {
  const known: WhoAsks['known'] = ({ rawHeaders }) => {
    const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && /^authorization$/i.test(name));
    return { viewer: viewerOf(at < 0 ? undefined : rawHeaders[at + 1]), standing: new Cancellation() };
  };
  const noTickets = async () => new AppError('UNAUTHENTICATED', 'There are no tickets here.');
  return { known, ask: async (head) => known(head), giveTicket: noTickets, askByTicket: noTickets };
}
