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
