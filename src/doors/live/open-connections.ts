import { AppError } from '../../errors.ts';
import type { LiveKind, LiveMeter } from './live-meter.ts';

/** A connection whose answers come as they are made. */
export type OpenConnection = {
  kind: LiveKind;
  /** Tells its reader that it is still open, and looks whether the reader is still there. */
  beat: () => void;
  /** Ends it so that its reader comes again; settles once it is closed. */
  goAway: () => void;
  /** Breaks it off. */
  breakOff: () => void;
};

export type ConnectionsParts = { most: number; beatMs: number; meter?: LiveMeter | undefined };

/** At the end of the service readers have so long to see that it ends. */
const lastWordMs = 1000;

/** All connections of subscriptions: counted, kept awake, and closed when the service ends. */
export class OpenConnections {
  readonly #parts: ConnectionsParts;
  readonly #open = new Set<OpenConnection>();
  readonly #ofNetwork = new Map<string, number>();
  #clock: NodeJS.Timeout | undefined;
  #isStopping = false;
  #isEmpty: () => void = () => {};

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#open.size;
  }

  /** OVERLOADED where there is no place for one more; of one network there is half of all. */
  holdRoom(network: string): void {
    const { most } = this.#parts;
    const ofOne = Math.max(1, Math.floor(most / 2));
    if (this.#isStopping) throw new AppError('UNAVAILABLE', 'The service is ending. Try again in a moment.');
    if (this.#open.size >= most) throw full(`${most} connections of subscriptions are open`, most);
    if ((this.#ofNetwork.get(network) ?? 0) >= ofOne) {
      throw full(`${ofOne} connections of subscriptions are open from this address`, ofOne);
    }
  }

  /** What is returned must be called once it has closed. */
  enter(connection: OpenConnection, network: string): () => void {
    const { meter, beatMs } = this.#parts;
    this.#open.add(connection);
    this.#count(network, 1);
    meter?.connected(connection.kind, 1);
    this.#clock ??= setInterval(() => this.#beat(), beatMs).unref();
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.#open.delete(connection);
      this.#count(network, -1);
      meter?.connected(connection.kind, -1);
      if (this.#open.size === 0) this.#isEmpty();
    };
  }

  /** Ends all of them, so that their readers come again; to another instance, or to this one once it is there again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#clock);
    const empty = new Promise<void>((resolve) => {
      this.#isEmpty = resolve;
    });
    for (const one of [...this.#open]) one.goAway();
    if (this.#open.size === 0) return;
    const late = setTimeout(() => {
      for (const one of [...this.#open]) one.breakOff();
      this.#isEmpty();
    }, lastWordMs);
    await empty;
    clearTimeout(late);
  }

  #beat(): void {
    for (const one of [...this.#open]) one.beat();
  }

  #count(network: string, by: 1 | -1): void {
    const count = (this.#ofNetwork.get(network) ?? 0) + by;
    if (count > 0) this.#ofNetwork.set(network, count);
    else this.#ofNetwork.delete(network);
  }
}

function full(what: string, allowed: number): AppError {
  return new AppError('OVERLOADED', `${what}, which is all that may. Try again in a moment.`, {
    limit: 'LIVE_CONNECTIONS',
    allowed,
    retryAfterSeconds: 5,
  });
}
