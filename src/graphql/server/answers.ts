import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { Budgets } from '../../access/budgets.ts';
import type { Receipt } from '../../access/log/receipt.ts';
import { hasScope, type Viewer } from '../../access/viewer.ts';
import { Cancellation } from '../../cancellation.ts';
import { writeResult } from '../../graphql-executor/written-json.ts';
import type { LiveFeed } from '../../live/live-feed.ts';
import type { OpenPackedCalls, SourceChoice } from '../../metrics/choose-source.ts';
import { StatementCanceller } from '../../postgres/cancel-statement.ts';
import type { PooledDatabase, StatementListener } from '../../postgres/client.ts';
import type { Providers } from '../../providers/providers.ts';
import { makeSeals, type SealKeys } from '../../query/seals.ts';
import { SummedLog } from '../../summed-log.ts';
import { type Context, listTimeoutOf, makeContext, makeReaders, type ServiceSettings } from '../context.ts';
import { findDocument } from '../documents/find-document.ts';
import { HeldDocuments } from '../documents/held-documents.ts';
import { exportMetrics, type MetricsRequest } from '../exports/export-metrics.ts';
import { documentStore } from '../limits/documents.ts';
import { limitRequests } from '../limits/limit-operations.ts';
import { type RequestedBy, requestedOperation } from '../limits/requested-operation.ts';
import { EventsAtOnce } from '../live/events-at-once.ts';
import type { LiveStep, LiveValue } from '../live/live-step.ts';
import { answerEvents, type LivePart, Opening } from '../live/subscriptions.ts';
import { buildSchema } from '../schema.ts';
import { SharedSnapshots } from '../snapshots/shared-snapshots.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { snapshotNeeds } from '../snapshots/snapshot-need.ts';
import { snapshotPerOperation } from '../snapshots/snapshot-per-operation.ts';
import { Bill } from './bill.ts';
import { executeByPlan } from './execute-by-plan.ts';
import { fillReceipt } from './fill-receipt.ts';
import { forbidWhole, orRefused, refuseForeign, refuseWrongTransport, resolveOperation } from './refuse-operations.ts';
import { formatError, mostBreaches, reportErrors } from './report-errors.ts';
import { statusByMediaType } from './status-by-media-type.ts';

/** A request to the GraphQL door, and what the door knows of its sender. It can be sent to another thread. */
export type Question = Pick<Context, 'requestId' | 'viewer' | 'isForeign' | 'refused' | 'accessLogLost'> & {
  /** Whose budget it is charged to: a key, or an address. */
  chargedTo: string;
  method: string;
  /** As "?query=..."; empty where there is none. */
  search: string;
  headers: Record<string, string>;
  /** Read from JSON. */
  body: unknown;
  /** Where a subscription goes on from, told beside its arguments (Last-Event-ID); they win. Null or absent: told by them alone. */
  since?: string | null;
  /** Set where figures are asked for as a table, in place of all that tells an operation. */
  exported?: MetricsRequest;
};

/** What the answer of a question depends on beside it. */
export type Waiting = {
  /** Whether anybody still waits for it: its work ends where nobody does. */
  cancellation?: Cancellation;
  /** Told whether equal questions share its answer; absent where nobody asks. */
  onShared?: ((isShared: boolean) => void) | undefined;
};

export type Answer = { status: number; headers: Record<string, string>; text: string; receipt: Receipt };

/** What comes of a subscription: why there is none, or its answers as they come, which end with whoever wants them. */
export type Subscribed = { refused: Answer } | { parts: AsyncIterable<LivePart>; receipt: Receipt };

/** What something costs that is no question, and whose budget it is charged to; `budget`: the payer's own, if it has one. */
export type ChargedCost = { chargedTo: string; budget: number | undefined; cost: number };

/** What answers questions, wherever it runs. */
export type Answers = {
  answer: (question: Question, waiting?: Waiting) => Promise<Answer>;
  /** Opens the subscription that a question asks for; nothing else is. */
  subscribe: (question: Question, waiting: Required<Pick<Waiting, 'cancellation'>>) => Promise<Subscribed>;
  /** Takes a cost of a budget; in how many seconds there will be as much, 0: it was taken. */
  charge: (cost: ChargedCost) => Promise<number>;
  /** After the questions under way. */
  stop: () => Promise<void>;
};

/** A question that was answered, and what its operation was taken from. */
type Asked = { answer: Answer; told: Sender & { costLimit: number }; request: RequestedBy };
type Sender = Omit<Question, 'chargedTo' | 'method' | 'search' | 'headers' | 'body' | 'exported'>;

export type AnswersParts = {
  db: PooledDatabase;
  /** Connections of mutations. */
  writes: PooledDatabase;
  /** Connections on which snapshots are taken that operations share. */
  snapshots: PooledDatabase;
  /** Connections of lists: their statements end sooner. */
  lists: PooledDatabase;
  /** A connection by which statements of others are cancelled. */
  cancels: PooledDatabase;
  service: ServiceSettings;
  providers: Providers;
  /** Those of the database. */
  keys: SealKeys;
  /** Tells of calls as they change. */
  feed: LiveFeed;
  /** Absent: figures come from calls alone. */
  openPackedCalls?: OpenPackedCalls | null | undefined;
  log: Logger;
  /** Told of each table of figures where it came from. */
  onSource?: ((source: SourceChoice['source']) => void) | undefined;
  /** Told of each statement. */
  onStatement?: StatementListener | undefined;
};

/** A subscription whose payer has nothing left looks again after so long at most. */
const longestWaitMs = 2000;

/** Unless a setting says otherwise. */
const defaultAnswerBytes = 16 * 1024 * 1024;

/** Answers questions on this thread. */
export async function makeAnswers(parts: AnswersParts): Promise<Answers> {
  const { db, lists, writes, service, providers, openPackedCalls = null, log, onStatement } = parts;
  const failures = new SummedLog(log);
  const seals = makeSeals(parts.keys);
  const canceller = new StatementCanceller(parts.cancels.$client);
  const snapshotOptions = { onStatement, canceller, listTimeoutMs: listTimeoutOf(service) };
  const shared = new SharedSnapshots({ snapshots: parts.snapshots.$client, queries: db.$client }, snapshotOptions);
  const schema = buildSchema();
  const budgets = new Budgets();
  const needOf = snapshotNeeds(schema);
  const eventsAtOnce = new EventsAtOnce();
  const { held = [], isOnly = false } = service.documents ?? {};
  const documents = { documents: new HeldDocuments(held), isOnly };
  const holdLimits = limitRequests({ schema, limits: service.limits, defaults: service });
  const apollo = new ApolloServer<Context>({
    gateway: executeByPlan(schema, service.maxAnswerBytes ?? defaultAnswerBytes),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: service.limits.LIMIT_TOKENS },
    validationOptions: { maxErrors: mostBreaches },
    persistedQueries: false,
    csrfPrevention: false, // the door lets in no POST but of JSON, and no GET of a page that may not ask
    documentStore: documentStore(),
    formatError,
    stringifyResult: writeResult,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(), // it wraps every field: half the time of a large answer
      ApolloServerPluginLandingPageDisabled(),
      resolveOperation(),
      refuseWrongTransport(),
      forbidWhole(),
      refuseForeign(),
      reportErrors(failures),
      showPlan(parts.onSource),
      fillReceipt(),
      snapshotPerOperation(schema, {
        own: (cancellation) => openSnapshot(db.$client, snapshotOptions, cancellation),
        shared: (cancellation) => shared.open(cancellation),
      }),
    ],
  });
  await apollo.start();
  // What every question and every event of a subscription is worked on with.
  const around = {
    db,
    lists,
    writes,
    canceller,
    onStatement,
    service,
    providers,
    seals,
    openPackedCalls,
    feed: parts.feed,
    log,
    failures,
  };
  const ask = async (
    question: Question,
    { cancellation = new Cancellation(), onShared }: Waiting,
    live: LiveStep | null = null,
  ): Promise<Asked> => {
    const { method, search, headers, body, chargedTo, exported: _exported, ...sender } = question;
    const bill = new Bill(budgets, chargedTo, sender.viewer.budget ?? service.budgetPerMinute);
    const { receipt, limit: costLimit } = bill;
    const told = { ...sender, costLimit };
    const asked = findDocument({ method, search, body }, sender.viewer, documents);
    const admit = () => {
      if (asked.refused) throw asked.refused;
      holdLimits(asked.request, (cost) => {
        receipt.requestedCost = cost;
      });
      bill.charge();
    };
    const answering = apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { ...asked.request, headers: new HeaderMap(Object.entries(headers)) },
      context: async () => {
        orRefused(admit);
        return makeContext({
          ...around,
          ...told,
          receipt,
          cancellation: new Cancellation(cancellation),
          onShared,
          live,
        });
      },
    });
    const answer = await answering.finally(() => bill.settle());
    // In parts come only answers with @defer or @stream, which the schema does not have.
    const complete = answer.body.kind === 'complete' ? answer.body.string : '';
    const { status = 200 } = answer;
    const text = status >= 400 ? bill.refusal(complete) : complete;
    const known = { status, type: answer.headers.get('content-type'), code: receipt.code };
    return {
      answer: {
        status: statusByMediaType(known, headers.accept),
        headers: { ...Object.fromEntries(answer.headers), ...bill.headers() },
        text,
        receipt,
      },
      told,
      request: asked.request,
    };
  };
  const answerOf = async (question: Question, waiting: Waiting = {}) => (await ask(question, waiting)).answer;
  const subscribe: Answers['subscribe'] = async (question, { cancellation }) => {
    const opening = new Opening();
    const { answer, told, request } = await ask(question, { cancellation }, opening.step);
    const operation = requestedOperation(request, service.limits);
    const { source } = opening;
    if (!source || !operation) return { refused: answer };
    const { receipt } = answer;
    const { chargedTo } = question;
    const pay = async (cost: number) => {
      for (;;) {
        const seconds = budgets.take(chargedTo, told.costLimit, cost);
        if (seconds === 0) return;
        await cancellation.waitFor(sleep(Math.min(seconds * 1000, longestWaitMs)));
      }
    };
    const contextFor = (event: LiveValue, own: Cancellation) =>
      makeContext({ ...around, ...told, receipt: { ...receipt }, cancellation: own, live: { event } });
    // Figures that others ask for, too, are computed once for all, and bounded where that is done.
    const isShared = opening.document !== null && needOf(opening.document) === 'shared';
    const enter = isShared ? async () => () => {} : () => eventsAtOnce.enter(chargedTo, cancellation);
    return { parts: answerEvents(source, { apollo, operation, contextFor, enter, pay, cancellation }), receipt };
  };
  const accountsOf = (viewer: Viewer) =>
    makeReaders({ viewer, db, lists }, { providers, seals, makeFinder: () => null }).accounts();
  return {
    answer: (question, waiting) => {
      const { exported, requestId, viewer } = question;
      if (!exported) return answerOf(question, waiting);
      return exportMetrics(exported, requestId, {
        schema,
        limits: service.limits,
        ids: seals.ids,
        timeZone: service.timeZone,
        accounts: () => accountsOf(viewer),
        ask: (body) => answerOf({ ...question, body }, waiting),
      });
    },
    subscribe,
    charge: async ({ chargedTo, budget, cost }) => budgets.take(chargedTo, budget ?? service.budgetPerMinute, cost),
    stop: async () => {
      await apollo.stop();
      failures.close();
    },
  };
}

/** Tells administrators, beside the answer, what its figures were answered from. */
export function showPlan(onSource?: AnswersParts['onSource']): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ contextValue: { viewer, sources }, response: { body } }) => {
        if (onSource) for (const { source } of sources.choices) onSource(source);
        if (!hasScope(viewer, 'admin') || sources.choices.length === 0 || body.kind !== 'single') return;
        body.singleResult.extensions = { ...body.singleResult.extensions, plan: sources.choices };
      },
    }),
  };
}
