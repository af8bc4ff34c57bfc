import type { Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const patienceMs = 20_000;

/**
 * Prepares a server to be closed without delay: connections that carry a request when it is told to close would otherwise be
 * kept alive after their answer, as nothing tells the client that there will be no other. Call before it listens.
 */
export function closeWithoutDelay(app: FastifyInstance, log: Logger): () => Promise<void> {
  const server: Server = app.server;
  const inFlight = new Set<ServerResponse>();
  server.prependListener('request', (_request, response) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
  });
  return async () => {
    for (const response of inFlight) {
      const { socket } = response;
      if (response.headersSent) response.once('finish', () => socket?.end());
      else response.setHeader('connection', 'close');
    }
    const late = setTimeout(() => {
      log.warn('closing connections whose requests did not end');
      server.closeAllConnections();
    }, patienceMs);
    await app.close();
    clearTimeout(late);
  };
}
