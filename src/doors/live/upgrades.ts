import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Upgrading = { socket: Duplex; head: Buffer; response: ServerResponse };

const upgrading = new WeakMap<IncomingMessage, Upgrading>();
const asked = new WeakMap<IncomingMessage, boolean>();
const isSocketDoor = /^\/graphql\/?(?:\?|$)/;

/**
 * A request of which only that for a WebSocket at /graphql counts as an upgrade: others that ask for one, such as clients of Java that
 * would have HTTP/2, are answered as if they had not, with their bodies.
 */
export class OwnUpgrades extends IncomingMessage {
  get upgrade(): boolean {
    const { method, url = '', headers } = this;
    return (
      asked.get(this) === true &&
      method === 'GET' &&
      isSocketDoor.test(url) &&
      headers.upgrade?.toLowerCase() === 'websocket'
    );
  }

  set upgrade(isAsked: boolean | null) {
    asked.set(this, isAsked === true);
  }
}

/** Whether a request asks for a WebSocket. */
export function isUpgrade({ raw }: Pick<FastifyRequest, 'raw'>): boolean {
  return upgrading.has(raw);
}

/** Sends upgrades the way of all requests, past every hook, until a door takes their connection. */
export function routeUpgrades(app: FastifyInstance): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => (socket as Socket).destroySoon());
    upgrading.set(request, { socket, head, response });
    app.routing(request, response);
  });
}

/** Hands a request's connection over: nothing else is answered to it. */
export function takeOver({ raw }: FastifyRequest, reply: FastifyReply): Pick<Upgrading, 'socket' | 'head'> {
  const found = upgrading.get(raw);
  if (!found) throw new Error('this is no upgrade');
  reply.hijack();
  found.response.detachSocket(found.socket as Socket);
  return found;
}
