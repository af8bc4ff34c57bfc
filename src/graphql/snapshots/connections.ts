import type { Socket } from 'node:net';
import { Cancellation } from '../../cancellation.ts';

const known = new WeakMap<Socket, Cancellation>();

/**
 * Whether a client is still connected: cancelled when its connection has closed. One for all requests of a connection, of
 * which several may be under way. A client that has closed its own half has left, too: Node answers it no more.
 */
export function connectionOf(socket: Socket): Cancellation {
  let connection = known.get(socket);
  if (!connection) {
    const made = new Cancellation();
    if (socket.destroyed) made.cancel();
    else socket.once('close', () => made.cancel());
    known.set(socket, made);
    connection = made;
  }
  return connection;
}

/** The client's address: of IPv6 the network, for one client may have all addresses of it. */
export function addressOf({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const parts = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - parts.length - rest.length;
  return [...parts, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest].slice(0, 4).join(':');
}
