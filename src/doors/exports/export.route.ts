import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chargedTo } from '../../access/charged-to.ts';
import { clientAddress, type TrustedProxies } from '../../access/client-address.ts';
import { type Limits, overLimit } from '../../access/limits.ts';
import type { AccessLog } from '../../access/log/access-log.ts';
import { entryOf } from '../../access/log/entry-of.ts';
import { type Receipt, receiptOf } from '../../access/log/receipt.ts';
import { isForeign, isForeignGet, type OwnHosts } from '../../access/own-hosts.ts';
import { noLongerValid } from '../../access/unauthenticated.ts';
import { Cancellation } from '../../cancellation.ts';
import { AppError } from '../../errors.ts';
import { type Problem, problem, problemOf, problemOfErrors, unexpectedProblem } from '../../exports/problem.ts';
import { holdJson } from '../../graphql/limits/requested-operation.ts';
import type { Answers } from '../../graphql/server/answers.ts';
import { connectionOf } from '../../graphql/snapshots/connections.ts';
import type { ExportsOfCalls } from '../../workers/export-on-thread.ts';
import type { Part } from '../../workers/messages.ts';
import { askerOf, challenge } from '../ask-for-key.ts';
import type { Admission } from '../graphql/admission.ts';
import { watchReader } from '../watch-reader.ts';
import { type AskedExport, askedExport } from './asked-export.ts';
import { type ExportLimits, RunningExports } from './running-exports.ts';
import { paidBytes, type SentSoFar } from './send-export.ts';

export type ExportParts = {
  exports: Pick<ExportsOfCalls, 'start'>;
  /** Where budgets are kept. */
  answers: Pick<Answers, 'charge'>;
  /** Where figures are asked for. */
  questions: Pick<Admission, 'answer'>;
  accessLog: Pick<AccessLog, 'note'>;
  hosts: OwnHosts;
  proxies: TrustedProxies;
  limits: Limits;
  exportLimits: ExportLimits;
  /** Told of what nobody expected. */
  onUnexpected: (request: FastifyRequest, error: unknown) => void;
};

type ExportRequest = FastifyRequest<{ Params: { name: string } }>;

/** Mounts the door of exports: whole tables, as files. */
export async function exportRoute(app: FastifyInstance, parts: ExportParts): Promise<void> {
  const { accessLog, hosts, proxies, limits, exportLimits, onUnexpected } = parts;
  const running = new RunningExports(exportLimits);
  const underWay = new Set<Cancellation>();
  // Nobody waits for minutes until the service may end.
  app.addHook('preClose', async () => {
    for (const one of underWay)
      one.cancel(new AppError('UNAVAILABLE', 'The service is ending. Try again in a moment.'));
  });
  const note = (request: FastifyRequest, status: number, receipt: Receipt) => {
    if (request.asker) accessLog.note(entryOf(request.asker.viewer, status, receipt, request.id));
  };
  const refuse = (request: FastifyRequest, reply: FastifyReply, { status, headers, text, code }: Problem) => {
    note(request, status, { ...receiptOf(code), operationType: 'QUERY', operationName: operationOf(request) });
    if (status === 401) reply.header('www-authenticate', challenge(request.raw));
    return reply.code(status).headers(headers).send(text);
  };

  app.addHook('onRequest', async (request, reply) => {
    const { method } = request;
    if (method !== 'GET' && method !== 'POST') {
      const told = { code: 'BAD_REQUEST', message: 'Use GET, or POST with the parameters as a JSON object.' };
      return refuse(request, reply.header('allow', 'GET, POST'), problem(405, told, request.id));
    }
    if (isForeign(hosts, request) || (method === 'GET' && isForeignGet(hosts, request))) throw foreignPage();
  });
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    holdJson(body, limits, 'This request');
    parseJson(request, body, done);
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500, message } = error;
    if (error instanceof AppError) return refuse(request, reply, problemOf(error, request.id));
    if (statusCode === 413) {
      const kB = Math.ceil(Number(request.headers['content-length'] ?? 0) / 1024);
      const {
        code,
        message: told,
        details,
      } = overLimit(limits, 'LIMIT_BODY_KB', Math.max(kB, limits.LIMIT_BODY_KB + 1), 'This request');
      return refuse(request, reply, problem(413, { code, message: told, ...details }, request.id));
    }
    if (statusCode < 500) {
      return refuse(request, reply, problem(statusCode, { code: 'BAD_REQUEST', message }, request.id));
    }
    onUnexpected(request, error);
    return refuse(request, reply, unexpectedProblem(request.id));
  });
  app.route({
    method: app.supportedMethods,
    url: '/export/:name',
    bodyLimit: limits.LIMIT_BODY_KB * 1024,
    handler: (request: ExportRequest, reply) => {
      const asked = askedExport(request, limits);
      return asked.table === 'metrics' ? sendMetrics(request, reply, asked) : sendCalls(request, reply, asked);
    },
  });

  /** Figures are asked for as at the door of GraphQL, and come as a whole. */
  async function sendMetrics(request: ExportRequest, reply: FastifyReply, { table: _table, ...exported }: AskedExport) {
    const { viewer, standing } = askerOf(request);
    const question = {
      requestId: request.id,
      viewer,
      chargedTo: chargedTo(viewer, clientAddress(request.raw, proxies)),
      isForeign: false,
      refused: [],
      accessLogLost: 0,
      method: 'POST',
      search: '',
      headers: { 'content-type': 'application/json' },
      body: null,
      exported,
    };
    const answer = await parts.questions.answer(question, { connection: connectionOf(request.socket), standing });
    const { headers, text, receipt } = answer;
    // What ends it from outside says so in the form of GraphQL.
    const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
    const told = receipt.code !== null && !isProblem ? problemOfErrors(JSON.parse(text).errors, request.id) : answer;
    note(request, told.status, { ...receipt, operationType: 'QUERY', operationName: operationOf(request) });
    if (told.status === 401) reply.header('www-authenticate', challenge(request.raw));
    return reply.code(told.status).headers(told.headers).send(told.text);
  }

  /** Sends an export of calls, part by part. Whatever ends it early breaks the connection off: half a table shall not look whole. */
  async function sendCalls(request: ExportRequest, reply: FastifyReply, asked: AskedExport) {
    const { viewer, standing } = askerOf(request);
    const payer = chargedTo(viewer, clientAddress(request.raw, proxies));
    const charge = (cost: number) => parts.answers.charge({ chargedTo: payer, budget: viewer.budget, cost });
    const leave = running.enter(payer);
    const connection = connectionOf(request.socket);
    const cancellation = new Cancellation(connection);
    const offStanding = standing.onCancel(() => cancellation.cancel(standing.reason ?? noLongerValid()));
    const clock = setTimeout(() => cancellation.cancel(tookTooLong(exportLimits)), exportLimits.exportMs);
    underWay.add(cancellation);
    const end = () => {
      underWay.delete(cancellation);
      leave();
      offStanding();
      clearTimeout(clock);
    };
    try {
      const seconds = await charge(1);
      if (seconds > 0) throw budgetUsedUp(seconds);
      const { table: _table, ...wanted } = asked;
      const started = parts.exports.start({ ...wanted, requestId: request.id }, viewer, cancellation);
      started.catch(() => {});
      const { status, headers, receipt, parts: made } = await cancellation.waitFor(started);
      if (!(Symbol.asyncIterator in made)) {
        end();
        return refuse(request, reply, { status, headers, text: made[0], code: receipt.code ?? '' });
      }
      return send(made, headers);
    } catch (error) {
      end();
      throw error;
    }

    function send(made: AsyncIterable<Part>, headers: Record<string, string>) {
      const { raw: response } = reply;
      const sent: SentSoFar = { rows: 0, cost: 1 };
      let code: string = readerLeft;
      const offCancel = cancellation.onCancel(() => {
        if (!connection.isCancelled && !isStill) code = cancellation.reason?.code ?? readerLeft;
        response.destroy();
      });
      let isStill = false;
      const offWatch = watchReader(
        () => response.socket,
        exportLimits.stillMs,
        () => {
          isStill = true;
          cancellation.cancel();
        },
      );
      const bytes = paidBytes(made, { charge, cancellation, sent });
      bytes.once('error', (error) => {
        if (cancellation.isCancelled) return;
        code = error instanceof AppError ? error.code : 'INTERNAL_SERVER_ERROR';
        if (!(error instanceof AppError)) onUnexpected(request, error);
      });
      response.once('close', () => {
        const isWhole = response.writableFinished;
        offCancel();
        offWatch();
        end();
        cancellation.cancel();
        note(request, 200, {
          operationType: 'QUERY',
          operationName: operationOf(request),
          requestedCost: null,
          actualCost: sent.cost,
          rows: sent.rows,
          code: isWhole ? null : code,
        });
      });
      return reply.code(200).headers(headers).send(bytes);
    }
  }
}

/** What the access log says of an export whose reader left, or stood still. */
const readerLeft = 'CLIENT_CLOSED';

/** As an operation of GraphQL would be named; what is no table of ours is not repeated. */
function operationOf({ params }: FastifyRequest): string {
  const { name = '' } = (params ?? {}) as { name?: string };
  return /^(calls|metrics)(\.[a-z]{1,10})?$/.test(name) ? `export_${name.replace('.', '_')}` : 'export';
}

function foreignPage(): AppError {
  return new AppError(
    'FORBIDDEN',
    'A page that is not of this service may not export anything. If it is of this service, add the name of its host to the setting PUBLIC_HOSTS.',
  );
}

function tookTooLong({ exportMs }: ExportLimits): AppError {
  const allowed = `${exportMs / 60_000} minutes`;
  return new AppError(
    'TIMEOUT',
    `The export took longer than ${allowed}. Ask for a shorter range, or go on behind the last row with after.`,
    { allowed },
  );
}

function budgetUsedUp(seconds: number): AppError {
  return new AppError('RATE_LIMITED', `The budget of this key or address is used up. Try again in ${seconds} s.`, {
    retryAfterSeconds: seconds,
  });
}
