import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { OwnHosts } from '../access/own-hosts.ts';

/** Doors that no page asks. */
const notForPages = /^\/(webhooks|healthz|readyz|playground)(\/|\?|$)/;

/** What a page may read of an answer's head beside what every page may. */
const exposed = 'ratelimit, ratelimit-policy, retry-after, etag, x-request-id, content-disposition, x-data-through';

const names = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/;
const preflightSeconds = 7200;

/**
 * Opens the service to pages of the named origins (CORS): lets browsers send what they ask about first, and show them the answer, also
 * one that refuses. Without credentials: a browser has none of this service's, and sends no other's along.
 */
export function crossOrigin(hosts: Pick<OwnHosts, 'isNamed'>): onRequestHookHandler {
  return (request, reply, done) => {
    if (notForPages.test(request.url)) return done();
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (!hosts.isNamed(origin)) return done();
    reply.header('access-control-allow-origin', origin);
    if (isPreflight(request)) return answerPreflight(request, reply);
    reply.header('access-control-expose-headers', exposed);
    done();
  };
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** What a page may send is decided when it comes: here every header and the methods that doors know. */
function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined && names.test(asked)) reply.header('access-control-allow-headers', asked);
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, HEAD, POST')
    .header('access-control-max-age', String(preflightSeconds))
    .header('vary', 'origin, access-control-request-method, access-control-request-headers')
    .send();
}
