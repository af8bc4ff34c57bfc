import compress from '@fastify/compress';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chargedTo } from '../../access/charged-to.ts';
import { clientAddress, type TrustedProxies } from '../../access/client-address.ts';
import type { Limits } from '../../access/limits.ts';
import type { AccessLog } from '../../access/log/access-log.ts';
import { entryOf } from '../../access/log/entry-of.ts';
import { receiptOf } from '../../access/log/receipt.ts';
import { isForeign, isForeignGet, type OwnHosts } from '../../access/own-hosts.ts';
import { foreignGet } from '../../access/require-scope.ts';
import { connectionOf } from '../../graphql/snapshots/connections.ts';
import type { Asked } from '../../telemetry/service-metrics.ts';
import { askerOf, challenge } from '../ask-for-key.ts';
import { compression } from '../compression.ts';
import type { Sockets } from '../live/sockets.ts';
import { isUpgrade } from '../live/upgrades.ts';
import type { Playground } from '../playground/playground.route.ts';
import type { Refusals } from '../webhook/refusals.ts';
import type { Admission } from './admission.ts';
import { refuse, takeJson, tell } from './json-bodies.ts';
import { hasAlready, keepingHeaders } from './kept-answers.ts';

export type GraphqlParts = {
  answers: Pick<Admission, 'answer'>;
  refusals: Refusals;
  accessLog: AccessLog;
  hosts: OwnHosts;
  proxies: TrustedProxies;
  limits: Limits;
  playground: Playground;
  /** Where subscriptions are answered. */
  sockets: Pick<Sockets, 'open'>;
  /** Told of each question that was answered. */
  onAsked?: ((asked: Asked) => void) | undefined;
};

/** Mounts the GraphQL door. */
export async function graphqlRoute(app: FastifyInstance, parts: GraphqlParts) {
  const { answers, refusals, accessLog, hosts, proxies, limits, playground, sockets, onAsked } = parts;
  await app.register(compress, compression);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { id: requestId, url, body, headers } = request;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const from = url.indexOf('?');
    const { viewer, standing } = askerOf(request);
    if (method === 'GET' && isForeignGet(hosts, request)) {
      accessLog.note(entryOf(viewer, 403, receiptOf('FORBIDDEN'), requestId));
      return tell(reply, 403, foreignGet());
    }
    const payer = chargedTo(viewer, clientAddress(request.raw, proxies));
    const question = {
      requestId,
      viewer,
      chargedTo: payer,
      isForeign: isForeign(hosts, request),
      refused: refusals.of(viewer),
      accessLogLost: accessLog.lostOf(viewer),
      method,
      search: from < 0 ? '' : url.slice(from),
      headers: textsOf(headers),
      body,
    };
    const begun = performance.now();
    const asker = { connection: connectionOf(request.socket), standing };
    const answered = await answers.answer(question, asker);
    const { headers: told, text, receipt } = answered;
    const keeping = method === 'GET' ? keepingHeaders(answered) : {};
    const status = hasAlready(headers['if-none-match'], keeping.etag) ? 304 : answered.status;
    accessLog.note(entryOf(viewer, status, receipt, requestId));
    onAsked?.({ receipt, status, seconds: (performance.now() - begun) / 1000 });
    if (status === 401) reply.header('www-authenticate', challenge(request.raw));
    reply.code(status).headers({ ...told, ...keeping });
    return status === 304 ? reply.removeHeader('content-type').send() : reply.send(text);
  };
  // What never reaches Apollo is refused in the words that clients of GraphQL understand, too.
  app.addHook('onRequest', async ({ method }, reply) => {
    if (method === 'GET' || method === 'HEAD' || method === 'POST') return;
    return refuse(reply.header('allow', 'GET, POST'), 405, 'Use GET or POST.');
  });
  takeJson(app, limits);
  app.route({
    method: app.supportedMethods,
    url: '/graphql',
    compress: compression,
    bodyLimit: limits.LIMIT_BODY_KB * 1024,
    handler: (request, reply) => {
      if (playground.isPage(request)) return playground.sendPage(reply);
      return isUpgrade(request) ? sockets.open(request, reply) : answer(request, reply);
    },
  });
}

/** Of the headers what may matter to an answer: who sent it has been decided. */
function textsOf({
  authorization: _authorization,
  'x-api-key': _key,
  cookie: _cookie,
  ...headers
}: FastifyRequest['headers']): Record<string, string> {
  const texts = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return Object.fromEntries(texts.filter(([, value]) => value));
}
