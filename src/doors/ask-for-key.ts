import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { clientAddress, networkOf, type TrustedProxies } from '../access/client-address.ts';
import type { AccessLog } from '../access/log/access-log.ts';
import { entryOf } from '../access/log/entry-of.ts';
import { receiptOf } from '../access/log/receipt.ts';
import { isOfBrowser, presentedIn, type RequestHead } from '../access/request-head.ts';
import { unknownKey } from '../access/viewer.ts';
import type { Asker, WhoAsks } from '../access/who-asks.ts';
import { WrongKeys } from '../access/wrong-keys.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { problem } from '../exports/problem.ts';
import { refusal } from '../graphql/server/refusal.ts';
import { isUpgrade } from './live/upgrades.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; null at the doors that ask for no key. */
    asker: Asker | null;
  }
}

/** Doors that ask for no key: CallerDesk and probes have none, and the playground's files and openapi.json hold no data. */
const asksForNone = /^\/($|(webhooks|healthz|readyz|playground|openapi\.json)(\/|$))/;

export type AskForKeyParts = {
  whoAsks: WhoAsks;
  proxies: TrustedProxies;
  accessLog: Pick<AccessLog, 'note'>;
  /** What is no question but the playground's page. */
  isPage: (request: FastifyRequest) => boolean;
};

export type KeyGate = {
  /** Lets nobody in who needs a key and has no right one, at every door but those; before a body is looked at. */
  hook: onRequestHookHandler;
  /** Who asks by a head of another making than the request's own, such as one with a key that was told later. */
  askAs: (request: FastifyRequest, head: RequestHead) => Promise<Asker | AppError>;
};

/** Asks for keys at the doors. */
export function askForKey({ whoAsks, proxies, accessLog, isPage }: AskForKeyParts): KeyGate {
  const wrongKeys = new WrongKeys();
  const askAs: KeyGate['askAs'] = async (request, head) => {
    const isPresented = presentedIn(head) !== 'nothing';
    const ticket = isPresented ? null : ticketIn(request);
    const { raw, id } = request;
    const asker = await (ticket === null ? whoAsks.ask(head) : whoAsks.askByTicket(ticket));
    if (!(asker instanceof AppError)) return asker;
    if (asker.code !== 'UNAUTHENTICATED' || (!isPresented && ticket === null)) return asker;
    const slowedDown = wrongKeys.note(networkOf(clientAddress(raw, proxies)));
    // Those are as many as there are attempts: what is noted of an address ends, too.
    if (!slowedDown) accessLog.note(entryOf(unknownKey, 401, receiptOf(asker.code), id));
    return slowedDown ?? asker;
  };
  const hook: onRequestHookHandler = (request, reply, done) => {
    if (request.is404 || asksForNone.test(request.routeOptions.url ?? '') || isPage(request)) return done();
    // A browser's WebSocket has no header for a key: it is told once it is open.
    if (isUpgrade(request) && presentedIn(request.raw) === 'nothing') return done();
    askAs(request, request.raw).then((asker) => {
      if (asker instanceof AppError) return refuse(request, reply, asker);
      request.asker = asker;
      done();
    }, done);
  };
  return { hook, askAs };
}

/** What stands for a key in an address, at the one door that takes it. */
function ticketIn({ method, url, routeOptions }: FastifyRequest): string | null {
  if (method !== 'GET' || routeOptions.url !== '/graphql/stream') return null;
  const from = url.indexOf('?');
  return from < 0 ? null : new URLSearchParams(url.slice(from)).get('ticket');
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

const statuses: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429 };

function refuse(request: FastifyRequest, reply: FastifyReply, { code, message, details }: AppError): FastifyReply {
  const status = statuses[code] ?? 503;
  const told = { code, message, ...details };
  const isExport = request.routeOptions.url?.startsWith('/export') === true;
  const { headers, text } = isExport ? problem(status, told, request.id) : refusal(status, told);
  if (status === 401) reply.header('www-authenticate', challenge(request.raw));
  else reply.header('retry-after', String(details.retryAfterSeconds ?? 2));
  return reply.code(status).headers(headers).send(text);
}
