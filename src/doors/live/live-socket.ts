import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Limits } from '../../access/limits.ts';
import type { Asker } from '../../access/who-asks.ts';
import { AppError } from '../../errors.ts';
import { watchReader } from '../watch-reader.ts';
import { badMessage, type Close, closeCodes, fitting, idInUse } from './close-codes.ts';
import type { LiveLimits } from './live-limits.ts';
import type { OpenConnection } from './open-connections.ts';
import { readMessage, type SocketMessage } from './socket-messages.ts';
import type { Ending, Subscriptions } from './subscriptions.ts';
import { stopping, Wanted } from './wanted.ts';

/** Who asks over a WebSocket, and whose budget it is charged to. */
export type Named = { asker: Asker; chargedTo: string; isForeign: boolean };

export type SocketParts = {
  subscriptions: Subscriptions;
  limits: Limits;
  liveLimits: LiveLimits;
  requestId: string;
  /** Tells who asks, by the head of the upgrade and the payload of connection_init. */
  nameOf: (payload: Record<string, unknown>) => Promise<Named | AppError>;
  /** It has said who asks, or has closed before. */
  onNamed: () => void;
};

/** While so many bytes wait for their reader, no more answers are taken. */
const highWater = 64 * 1024;
/** A reader that makes us say more than so much without reading it is cut off. */
const mostWaiting = 1024 * 1024;
/** So many messages may come between two beats. */
const mostMessages = 2_000;
/** And so many before one says who asks. */
const mostBeforeInit = 20;
/** A client has so long to answer that it closes, too. */
const closingMs = 1000;

/** One WebSocket of graphql-transport-ws, the protocol of graphql-ws, with all its subscriptions. */
export class LiveSocket implements OpenConnection {
  readonly kind = 'ws';
  readonly #socket: WebSocket;
  readonly #request: IncomingMessage;
  readonly #parts: SocketParts;
  readonly #open = new Map<string, Wanted>();
  readonly #runs = new Set<Promise<void>>();
  readonly #ends: (() => void)[] = [];
  #named: Named | null = null;
  #hasInit = false;
  #isAlive = true;
  #messages = 0;

  constructor(socket: WebSocket, request: IncomingMessage, parts: SocketParts) {
    this.#socket = socket;
    this.#request = request;
    this.#parts = parts;
    const { liveLimits } = parts;
    const late = setTimeout(() => this.close(closeCodes.initTimeout), liveLimits.initMs);
    const offWatch = watchReader(
      () => this.#wire,
      liveLimits.stillMs,
      () => this.#cutOff(),
    );
    this.#ends.push(() => clearTimeout(late), offWatch, parts.onNamed);
    this.#whenNamed = () => {
      clearTimeout(late);
      parts.onNamed();
    };
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    socket.on('ping', () => this.#count());
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('error', () => {}); // it closes, and says why
    socket.once('close', () => this.#leave());
  }

  readonly #whenNamed: () => void;

  get #wire(): Socket {
    return this.#request.socket;
  }

  beat(): void {
    this.#messages = 0;
    // Of a reader that is slow, whoever watches it decides.
    if (this.#socket.bufferedAmount > 0) return;
    if (!this.#isAlive) {
      this.breakOff();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  goAway(): void {
    for (const wanted of this.#open.values()) wanted.end('stopping', stopping());
    this.close(closeCodes.restart);
  }

  breakOff(): void {
    this.#socket.terminate();
  }

  close({ code, reason }: Close): void {
    this.#socket.close(code, fitting(reason));
    const late = setTimeout(() => this.breakOff(), closingMs);
    this.#socket.once('close', () => clearTimeout(late));
  }

  #leave(): void {
    for (const end of this.#ends) end();
    for (const wanted of this.#open.values()) wanted.end('left');
  }

  #cutOff(): void {
    for (const wanted of this.#open.values()) wanted.end('too_slow');
    this.close(closeCodes.tooSlow);
  }

  #count(): boolean {
    this.#messages += 1;
    const most = this.#named ? mostMessages : mostBeforeInit;
    if (this.#messages <= most) return true;
    this.close(closeCodes.tooMany);
    return false;
  }

  #hear(data: RawData, isBinary: boolean): void {
    this.#isAlive = true;
    if (this.#socket.readyState !== this.#socket.OPEN || !this.#count()) return;
    if (isBinary) {
      this.close(badMessage('frames must be of text'));
      return;
    }
    const message = readMessage(String(data), this.#parts.limits);
    if ('close' in message) {
      this.close(message.close);
      return;
    }
    this.#obey(message);
  }

  #obey(message: SocketMessage): void {
    switch (message.type) {
      case 'connection_init':
        if (this.#hasInit) {
          this.close(closeCodes.tooManyInits);
          return;
        }
        this.#hasInit = true;
        void this.#init(message.payload);
        return;
      case 'ping':
        this.#say({ type: 'pong', ...(message.payload !== undefined && { payload: message.payload }) });
        return;
      case 'subscribe':
        this.#subscribe(message);
        return;
      case 'complete':
        this.#open.get(message.id)?.end('left');
        this.#open.delete(message.id);
    }
  }

  async #init(payload: Record<string, unknown>): Promise<void> {
    const named = await this.#parts.nameOf(payload);
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (named instanceof AppError) {
      this.close(closeOf(named));
      return;
    }
    const { standing } = named.asker;
    this.#named = named;
    this.#messages = 0;
    this.#whenNamed();
    this.#say({ type: 'connection_ack' });
    // Each subscription says first why it ends.
    const end = () => void Promise.all(this.#runs).then(() => this.close(closeCodes.forbidden));
    this.#ends.push(standing.onCancel(() => setImmediate(end)));
  }

  #subscribe({ id, payload }: Extract<SocketMessage, { type: 'subscribe' }>): void {
    const named = this.#named;
    if (!named) {
      this.close(closeCodes.unauthorized);
      return;
    }
    if (this.#open.has(id)) {
      this.close(idInUse(id));
      return;
    }
    const { ofConnection } = this.#parts.liveLimits;
    if (this.#open.size >= ofConnection) {
      this.#fail(id, tooMany(ofConnection));
      return;
    }
    const wanted = new Wanted();
    this.#open.set(id, wanted);
    const run = this.#run(id, payload, named, wanted).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  async #run(id: string, body: Record<string, unknown>, named: Named, wanted: Wanted): Promise<void> {
    const { subscriptions, requestId } = this.#parts;
    const asked = { ...named, requestId, method: 'POST', search: '', body, since: null, kind: this.kind } as const;
    const next = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const ending = await subscriptions.run(asked, wanted, {
      opened: () => {},
      next: ({ result }) => this.#send(`${next}${result.trimEnd()}}`),
    });
    // Its id may be in use again.
    if (this.#open.get(id) === wanted) this.#open.delete(id);
    this.#tell(id, ending);
  }

  #tell(id: string, { why, refused, error }: Ending): void {
    if (why === 'left' || why === 'stopping' || why === 'too_slow') return;
    if (why === 'lost' || refused?.receipt.code === 'UNAVAILABLE') {
      this.close(closeCodes.tryLater);
      return;
    }
    if (refused) this.#say({ id, type: 'error', payload: JSON.parse(refused.text).errors });
    else if (error) this.#fail(id, error);
    else this.#say({ id, type: 'complete' });
  }

  #fail(id: string, { code, message, details }: AppError): void {
    this.#say({ id, type: 'error', payload: [{ message, extensions: { code, ...details } }] });
  }

  #say(message: object): void {
    if (this.#socket.bufferedAmount > mostWaiting) this.#cutOff();
    else void this.#send(JSON.stringify(message));
  }

  /** A promise where the reader is slow: it settles once this was taken. */
  #send(text: string): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    if (this.#socket.bufferedAmount < highWater) {
      this.#socket.send(text);
      return undefined;
    }
    return new Promise((resolve) => this.#socket.send(text, () => resolve()));
  }
}

function closeOf({ code, message }: AppError): Close {
  if (code === 'RATE_LIMITED') return closeCodes.tooManyWrongKeys;
  if (code === 'UNAVAILABLE') return closeCodes.tryLater;
  return { code: closeCodes.forbidden.code, reason: `${closeCodes.forbidden.reason}: ${message}` };
}

function tooMany(allowed: number): AppError {
  return new AppError(
    'RATE_LIMITED',
    `${allowed} subscriptions are open on this connection, which is all that it may have. End one, or open another connection.`,
    { limit: 'LIVE_SUBSCRIPTIONS_PER_CONNECTION', allowed },
  );
}
