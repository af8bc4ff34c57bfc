import type { Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { within } from '../within.ts';

/** What is in flight has so long to end. */
const patienceMs = 5_000;
/** And then so long to say that it did not. */
const lastWordMs = 1_500;

/**
 * Prepares a server to be closed without delay: connections that carry a request when it is told to close would otherwise be
 * kept alive after their answer, as nothing tells the client that there will be no other. Call before it listens. `breakOff`
 * is what makes requests fail that take too long.
 */
export function closeWithoutDelay(
  app: FastifyInstance,
  log: Logger,
  breakOff: () => Promise<void>,
): () => Promise<void> {
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
    const closed = app.close();
    if (await within(patienceMs, closed)) return;
    log.warn('breaking requests off that did not end');
    void breakOff();
    if (!(await within(lastWordMs, closed))) server.closeAllConnections();
    await closed;
  };
}
