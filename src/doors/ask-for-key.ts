import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { isOfBrowser, type RequestHead } from '../access/request-head.ts';
import type { Asker, WhoAsks } from '../access/who-asks.ts';
import { AppError } from '../errors.ts';
import { refusal } from '../graphql/server/refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; null at the doors that ask for no key. */
    asker: Asker | null;
  }
}

/** Doors that ask for no key: CallerDesk and probes have none, and the playground's files hold no data. */
const asksForNone = /^\/(webhooks|healthz|readyz|playground)(\/|$)/;

/** Lets nobody in who needs a key and has no right one, at every door but those; before a body is looked at. */
export function askForKey(whoAsks: WhoAsks, isPage: (request: FastifyRequest) => boolean): onRequestHookHandler {
  return (request, reply, done) => {
    if (request.is404 || asksForNone.test(request.routeOptions.url ?? '') || isPage(request)) return done();
    whoAsks.ask(request.raw).then((asker) => {
      if (asker instanceof AppError) return refuse(request, reply, asker);
      request.asker = asker;
      done();
    }, done);
  };
}

/** Who sent a request to a door that asks for a key. */
export function askerOf({ asker }: FastifyRequest): Asker {
  if (asker === null) throw new Error('a door that asks for a key was not guarded');
  return asker;
}

/** What a client is told to send, with 401: browsers are never told of Basic, or they would ask their reader for a password. */
export function challenge(head: RequestHead): string[] {
  return isOfBrowser(head) ? [bearer] : [bearer, basic];
}

const bearer = 'Bearer realm="call-analytics"';
const basic = 'Basic realm="call-analytics", charset="UTF-8"';

function refuse(request: FastifyRequest, reply: FastifyReply, { code, message, details }: AppError): FastifyReply {
  const isUnauthenticated = code === 'UNAUTHENTICATED';
  const { headers, text } = refusal(isUnauthenticated ? 401 : 503, { code, message, ...details });
  if (isUnauthenticated) reply.header('www-authenticate', challenge(request.raw));
  else reply.header('retry-after', '2');
  return reply
    .code(isUnauthenticated ? 401 : 503)
    .headers(headers)
    .send(text);
}
