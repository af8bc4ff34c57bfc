import { hostNameOf, isLoopbackName, isWildcard } from './host-name.ts';

export type OwnHostsSettings = {
  /** The address that the service listens on. */
  host: string;
  /** The names under which others reach it. */
  publicHosts?: readonly string[] | undefined;
};

/** Tells the service's own names from those that a page of somebody else's may have led here. */
export type OwnHosts = {
  /** Whether requests are taken under any name, since nobody has said which are the service's own. */
  takesAny: boolean;
  /** Whether a request under this name is for the service. */
  takes: (host: string | undefined) => boolean;
  /** Whether a request was made by a page that is not the service's own; `host`: the name it came under. */
  isForeign: (origin: string | undefined, host: string | undefined) => boolean;
};

/** Names are compared without scheme and port: what a proxy makes of those is not known here. */
export function ownHosts({ host, publicHosts = [] }: OwnHostsSettings): OwnHosts {
  const names = new Set([host, ...publicHosts].map(hostNameOf).filter((name) => name !== null));
  const takesAny = isWildcard(host) && publicHosts.length === 0;
  const isOwn = (name: string | null) => name !== null && (isLoopbackName(name) || names.has(name));
  return {
    takesAny,
    takes: (named) => takesAny || (named !== undefined && isOwn(hostNameOf(named))),
    isForeign: (origin, named) => {
      if (origin === undefined) return false;
      const page = hostNameOf(/^[a-z][a-z\d+.-]*:\/\/([^/]*)$/i.exec(origin)?.[1] ?? '');
      if (isOwn(page)) return false;
      return !(takesAny && page !== null && named !== undefined && page === hostNameOf(named));
    },
  };
}
