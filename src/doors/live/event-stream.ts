import type { ServerResponse } from 'node:http';
import type { LivePart } from '../../graphql/live/subscriptions.ts';
import type { OpenConnection } from './open-connections.ts';

/** A reader whose stream has ended comes again after so long, and up to so long more, so that not all come at once. */
const leastRetryMs = 1000;
const spreadMs = 4000;

/** Answers as server-sent events, as graphql-sse names them. */
export class EventStream implements OpenConnection {
  readonly kind = 'sse';
  readonly #response: ServerResponse;
  readonly #goAway: () => void;

  /** `goAway`: ends what is sent here, since the service ends. */
  constructor(response: ServerResponse, goAway: () => void) {
    this.#response = response;
    this.#goAway = goAway;
  }

  get isOpen(): boolean {
    return this.#response.headersSent;
  }

  open(headers: Record<string, string | string[] | number | undefined>): void {
    const told = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    this.#response.writeHead(200, {
      ...Object.fromEntries(told),
      'content-type': 'text/event-stream; charset=utf-8',
      // A proxy that gathers answers would hold every event back.
      'x-accel-buffering': 'no',
    });
    this.#response.write(`retry: ${leastRetryMs + Math.round(Math.random() * spreadMs)}\n\n`);
  }

  /** Sends an answer; a promise settles once its reader has taken what was sent before. */
  next({ result, token }: Pick<LivePart, 'result' | 'token'>): Promise<void> | undefined {
    const id = token === null ? '' : `id: ${token}\n`;
    const isTaken = this.#response.write(`event: next\n${id}data: ${result.trimEnd()}\n\n`);
    return isTaken ? undefined : new Promise((resolve) => this.#response.once('drain', resolve));
  }

  /** Nothing more will come, and its reader is told so. */
  complete(): void {
    this.#response.end('event: complete\ndata:\n\n');
  }

  beat(): void {
    if (this.isOpen && this.#response.writableLength === 0) this.#response.write(':\n\n');
  }

  goAway(): void {
    this.#goAway();
  }

  /** Ends without a word, so that its reader comes again. */
  end(): void {
    this.#response.end();
  }

  breakOff(): void {
    this.#response.destroy();
  }
}
