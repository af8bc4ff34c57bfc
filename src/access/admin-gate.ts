import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

/** Tells from a request's Authorization header whether its sender may administer the service. */
export type AdminGate = (authorization: string | undefined) => boolean;

export type AdminSettings = {
  /** The address that the service listens on. */
  host: string;
  /** Absent: where the address is no loopback one, nobody is an administrator. */
  token?: string | undefined;
};

/** Until there are API keys: whoever is on this machine, where only this machine can connect; else who has the token. */
export function adminGate({ host, token }: AdminSettings): AdminGate {
  if (isLoopback(host)) return () => true;
  const expected = token === undefined ? null : digest(token);
  return (authorization) => {
    const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return expected !== null && sent !== undefined && timingSafeEqual(digest(sent), expected);
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return /^localhost\.?$/i.test(host);
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
