import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chargedTo } from '../../access/charged-to.ts';
import { clientAddress, networkOf, type TrustedProxies } from '../../access/client-address.ts';
import type { Limits } from '../../access/limits.ts';
import type { AccessLog } from '../../access/log/access-log.ts';
import { entryOf } from '../../access/log/entry-of.ts';
import { receiptOf } from '../../access/log/receipt.ts';
import { isForeign, isForeignPage, type OwnHosts } from '../../access/own-hosts.ts';
import { presentedIn } from '../../access/request-head.ts';
import { foreignSubscriber } from '../../access/require-scope.ts';
import { ticketSeconds } from '../../access/tickets/tickets.ts';
import type { WhoAsks } from '../../access/who-asks.ts';
import { AppError } from '../../errors.ts';
import { holdJson } from '../../graphql/limits/requested-operation.ts';
import type { Answer } from '../../graphql/server/answers.ts';
import { refusal } from '../../graphql/server/refusal.ts';
import { askerOf, challenge } from '../ask-for-key.ts';
import { refuse, takeJson, tell } from '../graphql/json-bodies.ts';
import { quality } from '../playground/quality.ts';
import { watchReader } from '../watch-reader.ts';
import { EventStream } from './event-stream.ts';
import type { LiveLimits } from './live-limits.ts';
import type { OpenConnections } from './open-connections.ts';
import { type Ending, refusalOf, type Subscriptions } from './subscriptions.ts';
import { stopping, Wanted } from './wanted.ts';

export type StreamParts = {
  subscriptions: Subscriptions;
  connections: OpenConnections;
  accessLog: Pick<AccessLog, 'note'>;
  hosts: OwnHosts;
  proxies: TrustedProxies;
  limits: Limits;
  liveLimits: LiveLimits;
  giveTicket: WhoAsks['giveTicket'];
};

const mediaType = 'text/event-stream';
/** What is told by its status, since it may be otherwise in a moment; all else is an event that is the last. */
const toldByStatus: ReadonlySet<number> = new Set([401, 429, 503]);

const oneConnection =
  'Each subscription has a stream of its own here: that of several over one (the single connection mode of graphql-sse) is not offered. Leave singleConnection out, or open a WebSocket to /graphql.';

/** Mounts the door of server-sent events: one subscription by each request. */
export async function streamRoute(app: FastifyInstance, parts: StreamParts): Promise<void> {
  const { subscriptions, connections, accessLog, hosts, proxies, limits, liveLimits, giveTicket } = parts;
  app.addHook('onRequest', async ({ method, headers, url }, reply) => {
    if (method !== 'GET' && method !== 'POST') {
      return refuse(reply.header('allow', 'GET, POST'), 405, `Use GET or POST. ${oneConnection}`);
    }
    const isOfOne = headers['x-graphql-event-stream-token'] !== undefined || parametersOf(url).has('token');
    if (isOfOne) return refuse(reply, 400, oneConnection);
  });
  takeJson(app, limits);
  app.route({
    method: app.supportedMethods,
    url: '/graphql/stream',
    bodyLimit: limits.LIMIT_BODY_KB * 1024,
    handler: subscribe,
  });
  // For EventSource, which sends no headers of a page's choosing.
  app.post('/graphql/stream/ticket', { bodyLimit: 1024 }, async (request, reply) => {
    const { viewer } = askerOf(request);
    if (isForeignPage(hosts, request)) {
      accessLog.note(entryOf(viewer, 403, receiptOf('FORBIDDEN'), request.id));
      return tell(reply, 403, foreignSubscriber());
    }
    if (presentedIn(request.raw) === 'nothing') {
      return refuse(
        reply,
        400,
        'A ticket stands for a key, and this request has none: where no key is needed, leave the ticket out.',
      );
    }
    const ticket = await giveTicket(request.raw);
    if (ticket instanceof AppError) return tell(reply, 401, ticket);
    return reply.send({ ticket, expiresInSeconds: ticketSeconds });
  });

  async function subscribe(request: FastifyRequest, reply: FastifyReply) {
    const { viewer } = askerOf(request);
    if (isForeignPage(hosts, request)) {
      accessLog.note(entryOf(viewer, 403, receiptOf('FORBIDDEN'), request.id));
      return tell(reply, 403, foreignSubscriber());
    }
    const { accept } = request.headers;
    if (accept !== undefined && quality(accept, mediaType) === 0 && quality(accept, '*/*') === 0) {
      return refuse(reply, 406, `A subscription is answered as ${mediaType}: send Accept: ${mediaType}.`);
    }
    const address = clientAddress(request.raw, proxies);
    const network = networkOf(address);
    try {
      connections.holdRoom(network);
    } catch (error) {
      if (error instanceof AppError) return refuseWith(request, reply, refusalOf(error));
      throw error;
    }
    const { raw: response } = reply;
    const wanted = new Wanted();
    const stream = new EventStream(response, () => wanted.end('stopping', stopping()));
    const leave = connections.enter(stream, network);
    response.once('close', () => {
      leave();
      wanted.end('left');
    });
    const offWatch = watchReader(
      () => response.socket,
      liveLimits.stillMs,
      () => wanted.end('too_slow'),
    );
    const open = () => {
      reply.hijack();
      stream.open(reply.getHeaders());
    };
    const ending = await subscriptions
      .run({ ...askedBy(request), asker: askerOf(request), chargedTo: chargedTo(viewer, address) }, wanted, {
        opened: open,
        next: (part) => stream.next(part),
      })
      .finally(offWatch);
    if (stream.isOpen) return end(stream, ending);
    const { why, refused } = ending;
    if (!refused) return why === 'left' ? reply.hijack() : refuseWith(request, reply, refusalOf(stopping()));
    if (toldByStatus.has(refused.status) || quality(accept, mediaType) === 0) {
      return refuseWith(request, reply, refused);
    }
    open();
    stream.next({ result: refused.text, token: null });
    stream.complete();
  }

  function askedBy(request: FastifyRequest) {
    const { id: requestId, method, body, url, headers } = request;
    const parameters = parametersOf(url);
    const since = headers['last-event-id'] ?? parameters.get('since');
    return {
      requestId,
      isForeign: isForeign(hosts, request),
      method: 'POST',
      search: '',
      body: method === 'GET' ? bodyOf(parameters, limits) : body,
      since: typeof since === 'string' && since !== '' ? since : null,
      kind: 'sse' as const,
    };
  }
}

/** What an address asks for, as a body would. A text that is no JSON is refused for what it is, by whoever wants JSON. */
function bodyOf(parameters: URLSearchParams, limits: Limits): Record<string, unknown> {
  const texts = ['query', 'operationName', 'documentId'].map((name) => [name, parameters.get(name)] as const);
  const read = ['variables', 'extensions'].map((name) => {
    const text = parameters.get(name);
    if (text === null) return [name, null] as const;
    holdJson(text, limits, name);
    try {
      return [name, JSON.parse(text)] as const;
    } catch {
      return [name, text] as const;
    }
  });
  return Object.fromEntries([...texts, ...read].filter(([, value]) => value !== null));
}

/** Says as the last event why there is no other; where it may be otherwise for who comes again, ends without a word. */
function end(stream: EventStream, { why, error }: Ending): void {
  if (why === 'left') return;
  if (why === 'too_slow') stream.breakOff();
  else if (why === 'stopping' || why === 'lost') stream.end();
  else {
    if (error) {
      const { code, message, details } = error;
      stream.next({ result: refusal(200, { code, message, ...details }).text, token: null });
    }
    stream.complete();
  }
}

function refuseWith(request: FastifyRequest, reply: FastifyReply, { status, headers, text }: Answer) {
  if (status === 401) reply.header('www-authenticate', challenge(request.raw));
  const after = status === 503 && headers['retry-after'] === undefined ? { 'retry-after': '2' } : {};
  return reply
    .code(status)
    .headers({ ...headers, ...after })
    .send(text);
}

function parametersOf(url: string): URLSearchParams {
  const from = url.indexOf('?');
  return new URLSearchParams(from < 0 ? '' : url.slice(from));
}
