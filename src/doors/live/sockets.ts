import type { FastifyReply, FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import { chargedTo } from '../../access/charged-to.ts';
import { clientAddress, networkOf } from '../../access/client-address.ts';
import { entryOf } from '../../access/log/entry-of.ts';
import { receiptOf } from '../../access/log/receipt.ts';
import { isForeignPage, isForeignWith } from '../../access/own-hosts.ts';
import { presentedIn, type RequestHead } from '../../access/request-head.ts';
import { foreignSubscriber } from '../../access/require-scope.ts';
import { unknownKey } from '../../access/viewer.ts';
import type { Asker } from '../../access/who-asks.ts';
import { AppError } from '../../errors.ts';
import { tell } from '../graphql/json-bodies.ts';
import { closeCodes } from './close-codes.ts';
import { LiveSocket, type Named } from './live-socket.ts';
import { headersOfKey } from './socket-messages.ts';
import type { StreamParts } from './stream.route.ts';
import { takeOver } from './upgrades.ts';

export type SocketsParts = StreamParts & {
  /** Tells who asks, by a head of their own making, and slows down who tries keys. */
  askAs: (request: FastifyRequest, head: RequestHead) => Promise<Asker | AppError>;
};

export const protocol = 'graphql-transport-ws';

/** A message may come in so many pieces, and a piece in so many reads: each of them takes far more memory than its letters. */
const mostPieces = 256;
const mostReads = 4096;

/** Opens WebSockets for who may have one. */
export class Sockets {
  readonly #parts: SocketsParts;
  readonly #server: WebSocketServer;
  readonly #unnamed = new Map<string, number>();
  #unnamedCount = 0;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: parts.limits.LIMIT_BODY_KB * 1024,
      maxFragments: mostPieces,
      maxBufferedChunks: mostReads,
      // Who names others is told by a close: clients hear none of a connection for which none of theirs was chosen.
      handleProtocols: (named) => (named.has(protocol) ? protocol : ([...named][0] ?? false)),
    });
  }

  open(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { connections, accessLog, hosts, proxies } = this.#parts;
    if (isForeignPage(hosts, request)) {
      accessLog.note(entryOf(request.asker?.viewer ?? unknownKey, 403, receiptOf('FORBIDDEN'), request.id));
      return tell(reply, 403, foreignSubscriber());
    }
    const network = networkOf(clientAddress(request.raw, proxies));
    try {
      connections.holdRoom(network);
      this.#holdUnnamed(network);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return tell(reply.header('retry-after', String(error.details.retryAfterSeconds ?? 2)), 503, error);
    }
    this.#upgrade(request, reply, network);
    return reply;
  }

  #upgrade(request: FastifyRequest, reply: FastifyReply, network: string): void {
    const { subscriptions, connections, limits, liveLimits } = this.#parts;
    const { socket, head } = takeOver(request, reply);
    this.#server.handleUpgrade(request.raw, socket, head, (opened) => {
      if (opened.protocol !== protocol) {
        const { code, reason } = closeCodes.wrongProtocol;
        opened.on('error', () => {});
        opened.close(code, reason);
        setTimeout(() => opened.terminate(), 1000).unref();
        return;
      }
      const onNamed = this.#enterUnnamed(network);
      const one = new LiveSocket(opened, request.raw, {
        subscriptions,
        limits,
        liveLimits,
        requestId: request.id,
        nameOf: (payload) => this.#nameOf(request, payload),
        onNamed,
      });
      opened.once('close', connections.enter(one, network));
    });
  }

  /** A key of the upgrade's own head counts; else that of the payload. */
  async #nameOf(request: FastifyRequest, payload: Record<string, unknown>): Promise<Named | AppError> {
    const { hosts, proxies, askAs } = this.#parts;
    const { rawHeaders } = request.raw;
    const isPresented = presentedIn(request.raw) !== 'nothing';
    const head = isPresented ? request.raw : { rawHeaders: [...rawHeaders, ...headersOfKey(payload)] };
    const asker = await askAs(request, head);
    if (asker instanceof AppError) return asker;
    return {
      asker,
      chargedTo: chargedTo(asker.viewer, clientAddress(request.raw, proxies)),
      isForeign: isForeignWith(hosts, request, head),
    };
  }

  #holdUnnamed(network: string): void {
    const { unnamed } = this.#parts.liveLimits;
    const own = this.#unnamed.get(network) ?? 0;
    if (this.#unnamedCount < unnamed && own < Math.max(1, Math.floor(unnamed / 2))) return;
    throw new AppError(
      'OVERLOADED',
      'Too many WebSockets have not sent connection_init yet. Send it as soon as one is open, or try again in a moment.',
      { limit: 'LIVE_CONNECTIONS_WITHOUT_INIT', allowed: unnamed, retryAfterSeconds: 5 },
    );
  }

  #enterUnnamed(network: string): () => void {
    const change = (by: 1 | -1) => {
      this.#unnamedCount += by;
      const own = (this.#unnamed.get(network) ?? 0) + by;
      if (own > 0) this.#unnamed.set(network, own);
      else this.#unnamed.delete(network);
    };
    change(1);
    let isOut = false;
    return () => {
      if (isOut) return;
      isOut = true;
      change(-1);
    };
  }
}
