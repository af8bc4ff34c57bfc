import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { hostNameOf, isLoopbackName, isWildcard } from './host-name.ts';
import { presentedIn, type RequestHead } from './request-head.ts';

export type OwnHostsSettings = {
  /** The address that the service listens on. */
  host: string;
  /** The names under which others reach it. */
  publicHosts?: readonly string[] | undefined;
  /** Origins of others whose pages may ask, as browsers write them. */
  allowedOrigins?: readonly string[] | undefined;
};

/** Tells the service's own names from those that a page of somebody else's may have led here. */
export type OwnHosts = {
  /** Whether requests are taken under any name, since nobody has said which are the service's own. */
  takesAny: boolean;
  /** Whether a request under this name is for the service. */
  takes: (host: string | undefined) => boolean;
  /** Whether a request was made by a page that is not the service's own; `host`: the name it came under. */
  isForeign: (origin: string | undefined, host: string | undefined) => boolean;
  /** Whether pages of others may ask at all. */
  namesOrigins: boolean;
  /** Whether a page of this origin may ask, though it is not the service's own. */
  isNamed: (origin: string | undefined) => boolean;
};

/** An origin as browsers write it, in small letters and without the port that its scheme has anyway; null for what is none. */
export function readOrigin(text: string): string | null {
  if (!/^https?:\/\/[^\s/?#@]+$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}

/** Names are compared without scheme and port: what a proxy makes of those is not known here. */
export function ownHosts({ host: ownHost, publicHosts = [], allowedOrigins = [] }: OwnHostsSettings): OwnHosts {
  const named = new Set(allowedOrigins);
  const names = new Set([ownHost, ...publicHosts].map(hostNameOf).filter((name) => name !== null));
  const takesAny = isWildcard(ownHost) && publicHosts.length === 0;
  const isOwn = (name: string | null) => name !== null && (isLoopbackName(name) || names.has(name));
  return {
    takesAny,
    takes: (host) => takesAny || (host !== undefined && isOwn(hostNameOf(host))),
    isForeign: (origin, host) => {
      if (origin === undefined) return false;
      const page = hostNameOf(/^[a-z][a-z\d+.-]*:\/\/([^/]*)$/i.exec(origin)?.[1] ?? '');
      if (isOwn(page)) return false;
      return !(takesAny && page !== null && host !== undefined && page === hostNameOf(host));
    },
    namesOrigins: named.size > 0,
    isNamed: (origin) => origin !== undefined && named.has(origin),
  };
}

/** Doors that are open under any name: a delivery must not be lost to that of a proxy, and nor must a probe. */
const openUnderAnyName = /^\/(webhooks|healthz|readyz)(\/|$)/;

/**
 * Refuses requests that came under another name than the service's own: a page can have its own name lead to this machine
 * (DNS rebinding), and is then of one origin with the service for the browser that shows it.
 */
export function guardHost(hosts: OwnHosts): onRequestHookHandler {
  return (request, _reply, done) => {
    const { raw, routeOptions } = request;
    const isOpen = openUnderAnyName.test(routeOptions.url ?? '');
    const sent = countHosts(raw.rawHeaders);
    if (sent > 1) return done(refusal(400, `A request has one Host header, and this one has ${sent}.`));
    if (isOpen) return done();
    if (sent === 0 && raw.httpVersion !== '1.0') return done(refusal(400, 'A request needs a Host header.'));
    if (namesOf(request).every(hosts.takes)) return done();
    return done(
      refusal(
        421,
        'The service does not know the name in the Host header as its own. If it is one, such as that of a reverse proxy in ' +
          'front of it, add it to the setting PUBLIC_HOSTS, as in PUBLIC_HOSTS=calls.example.com, and start the service again.',
      ),
    );
  };
}

/**
 * Whether a request was made by a page of another origin, which may change nothing. One of a named origin may with a key: that
 * its reader gave it one is what it is trusted for, and where no key is needed, it has none.
 */
export function isForeign(hosts: OwnHosts, request: FastifyRequest): boolean {
  return isForeignWith(hosts, request, request.raw);
}

/** The same where who asks is told by another head than that of the request. */
export function isForeignWith(hosts: OwnHosts, request: FastifyRequest, head: RequestHead): boolean {
  const { origin } = request.headers;
  if (hosts.isNamed(origin) && presentedIn(head) !== 'nothing') return false;
  return hosts.isForeign(origin, namesOf(request)[0]);
}

/**
 * Whether a GET may have been sent by a page that may not ask: browsers send one for any page, without asking the service
 * first. They tell so by Sec-Fetch-Site, but of plain HTTP to another machine only by Origin and Referer.
 */
export function isForeignGet(hosts: OwnHosts, request: FastifyRequest): boolean {
  const { origin, referer, 'sec-fetch-site': site } = request.headers;
  if (hosts.isNamed(origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const [host] = namesOf(request);
  if (hosts.isForeign(origin, host)) return true;
  return site === undefined && referer !== undefined && hosts.isForeign(originOf(referer), host);
}

/** Whether a subscription is asked for by a page that may not have one: it may not read it, and need not be believed that it will not. */
export function isForeignPage(hosts: OwnHosts, request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (hosts.isNamed(origin)) return false;
  return hosts.isForeign(origin, namesOf(request)[0]) || (request.method === 'GET' && isForeignGet(hosts, request));
}

function originOf(address: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(address)?.[0] ?? address;
}

/** The names that a request was sent to: that in its target, which counts before that of the header, and that one. */
function namesOf({ raw: { url = '', headers } }: FastifyRequest): (string | undefined)[] {
  const inTarget = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (inTarget === undefined) return [headers.host];
  return headers.host === undefined ? [inTarget] : [inTarget, headers.host];
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
