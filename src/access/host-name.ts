import { BlockList, isIP } from 'node:net';

const authority = /^(\[[\da-f:.]+(?:%[\w.~-]+)?\]|[^\s@/\\?#%:[\]]+)(?::\d{0,5})?$/i;

/**
 * The name in a Host header, an origin or a setting, as names are compared: without port, case, final dot and brackets;
 * addresses in one spelling. Null for what is no name.
 */
export function hostNameOf(text: string): string | null {
  const isBareAddress = isIP(text) === 6;
  const [, name] = authority.exec(isBareAddress ? `[${text}]` : text) ?? [];
  const url = `http://${name?.replace(/%[^\]]+/, '')}/`;
  if (name === undefined || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') || null;
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

/** Whether a name, as hostNameOf has it, leads to the machine of whoever uses it: nobody else can own such a name. */
export function isLoopbackName(name: string): boolean {
  return isLoopback(name) || name.endsWith('.localhost');
}

/** Whether to listen on an address is to listen on all addresses of the machine. */
export function isWildcard(host: string): boolean {
  const name = hostNameOf(host);
  return name === '0.0.0.0' || name === '::';
}
