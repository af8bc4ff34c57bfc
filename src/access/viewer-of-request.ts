import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from './host-name.ts';
import { administrator, reader, type Viewer } from './viewer.ts';

/** Tells from a request's Authorization header who asks. */
export type ViewerOf = (authorization: string | undefined) => Viewer;

export type AdminSettings = {
  /** The address that the service listens on. */
  host: string;
  /** Absent: where the address is no loopback one, nobody is an administrator, and else everybody. */
  token?: string | undefined;
};

/** Until there are API keys: who has the token; without one whoever is on this machine, where only this machine can connect. */
export function viewerOfRequest({ host, token }: AdminSettings): ViewerOf {
  if (token === undefined && isLoopback(host)) return () => administrator;
  const expected = token === undefined ? null : digest(token);
  return (authorization) => {
    const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    const isAdmin = expected !== null && sent !== undefined && timingSafeEqual(digest(sent), expected);
    return isAdmin ? administrator : reader;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
