import { BlockList, isIP } from 'node:net';

/** Of a request: who is connected, and what was said of others in between. */
export type Forwarded = {
  socket: { remoteAddress?: string | undefined };
  headers: { 'x-forwarded-for'?: string | string[] | undefined; forwarded?: string | undefined };
};

/** Whose word is taken for whose request they pass on. */
export type TrustedProxies = Pick<BlockList, 'check'>;

/** Those of addresses and networks such as 10.0.0.0/8; null where one is neither. */
export function readProxies(written: readonly string[]): TrustedProxies | null {
  const proxies = new BlockList();
  for (const one of written) {
    const [, address = '', prefix] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(one) ?? [];
    const family = isIP(address);
    const bits = family === 6 ? 128 : 32;
    if (family === 0 || Number(prefix ?? bits) > bits) return null;
    proxies.addSubnet(address, Number(prefix ?? bits), typeOf(family));
  }
  return proxies;
}

/** The same of what was found to be right. */
export function trustedProxies(written: readonly string[]): TrustedProxies {
  const proxies = readProxies(written);
  if (!proxies) throw new Error('no addresses or networks');
  return proxies;
}

/**
 * Who sent a request: whoever is connected, unless that is a proxy whose word is taken: then the last in its list that is none
 * such. What stands before that anybody may have written. Where an entry is no address, the proxy that wrote it stands for it.
 */
export function clientAddress({ socket, headers }: Forwarded, proxies: TrustedProxies): string {
  let client = plainAddress(socket.remoteAddress ?? '') ?? '';
  if (!isAmong(proxies, client)) return client;
  for (const entry of entriesOf(headers).reverse()) {
    const address = plainAddress(entry);
    if (address === null) return client;
    client = address;
    if (!isAmong(proxies, client)) return client;
  }
  return client;
}

/** What counts as one client: an address, and of IPv6 the network, for one client may have all addresses of it. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const parts = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - parts.length - rest.length;
  const groups = [...parts, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An address as it is compared: without port, brackets and zone; that of IPv4 in one of IPv6 as itself. Null for what is none. */
function plainAddress(written: string): string | null {
  const text = written.trim().replace(/^"(.*)"$/, '$1');
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const address = (bracketed ?? withPort ?? text).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? null : address.toLowerCase();
}

function isAmong(proxies: TrustedProxies, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && proxies.check(address, typeOf(family));
}

/** The list of the header that proxies know best, where it is there. */
function entriesOf(headers: Forwarded['headers']): string[] {
  const { 'x-forwarded-for': forwardedFor, forwarded } = headers;
  if (forwardedFor !== undefined) return [forwardedFor].flat().join().split(',');
  return (forwarded ?? '').split(',').map((element) => /(?:^|;)\s*for=("[^"]*"|[^;]*)/i.exec(element)?.[1] ?? '');
}

const typeOf = (family: number) => (family === 6 ? 'ipv6' : 'ipv4');
