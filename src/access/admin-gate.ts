import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from './host-name.ts';

/** Tells from a request's Authorization header whether its sender may administer the service. */
export type AdminGate = (authorization: string | undefined) => boolean;

export type AdminSettings = {
  /** The address that the service listens on. */
  host: string;
  /** Absent: where the address is no loopback one, nobody is an administrator, and else everybody. */
  token?: string | undefined;
};

/** Until there are API keys: who has the token; without one whoever is on this machine, where only this machine can connect. */
export function adminGate({ host, token }: AdminSettings): AdminGate {
  if (token === undefined && isLoopback(host)) return () => true;
  const expected = token === undefined ? null : digest(token);
  return (authorization) => {
    const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return expected !== null && sent !== undefined && timingSafeEqual(digest(sent), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
