import type { MessagePort } from 'node:worker_threads';
import type { Viewer } from '../access/viewer.ts';
import { Cancellation } from '../cancellation.ts';
import { describeFailure } from '../failures.ts';
import type { FailureLog } from '../summed-log.ts';
import type { ThreadFigures } from '../telemetry/thread-figures.ts';
import { Intake } from './intake.ts';
import {
  bytesOf,
  type FromWorker,
  type Heard,
  type Part,
  type Reply,
  type ToWorker,
  windowBytes,
  windowSize,
} from './messages.ts';
import { stopMessage } from './supervise-thread.ts';

/** What answers requests on a worker. */
export type Server<Request> = {
  /** Parts that come one after another end with an error, or early, where nobody waits for them any more. */
  start: (request: Request, viewer: Viewer, waiting: Waiting) => Promise<Reply>;
  /** Why nothing could be answered just now. */
  whyNot: () => Promise<readonly string[]>;
  /** Who asks for a request, in whose turn it begins. */
  askerOf: (request: Request) => string;
  /** What it tells of its thread. */
  measure?: () => ThreadFigures;
  /** After what is under way. */
  stop: () => Promise<void>;
};

export type Waiting = {
  cancellation: Cancellation;
  onShared: ((isShared: boolean) => void) | undefined;
};

/** Answers what comes over a port, each by itself, until it is told to stop. A request at which it fails takes no other along. */
export function serveRequests<Request extends { requestId: string }>(
  port: MessagePort,
  server: Server<Request>,
  failures: FailureLog,
): void {
  const open = new Map<number, OpenAnswer>();
  const turns = new Intake();
  // What is written for a reader is nobody else's: it is handed over, not copied.
  const say = (message: FromWorker) =>
    port.postMessage(message, typeof message === 'object' && 'parts' in message ? buffersOf(message.parts) : []);
  const answer = async ({ start: number, request, viewer, isRepeated }: Start<Request>) => {
    const one = new OpenAnswer();
    const { cancellation } = one;
    open.set(number, one);
    const onShared = isRepeated ? (isShared: boolean) => say({ number, isShared }) : undefined;
    try {
      const reply = await turns.begin(server.askerOf(request), async () => {
        cancellation.throwIfCancelled();
        return server.start(request, viewer, { cancellation, onShared });
      });
      await one.send(reply, (heard) => say({ number, ...heard }));
    } catch (error) {
      say({ number, hasFailed: true });
      if (!cancellation.isCancelled || error !== cancellation.reason) {
        const { requestId } = request;
        failures.error({ requestId, failure: describeFailure(error) }, 'a request failed unexpectedly');
      }
    }
    open.delete(number);
  };
  port.on('message', async (told: ToWorker<Request>) => {
    if (told === stopMessage) {
      await server.stop();
      port.close();
    } else if ('start' in told) await answer(told);
    else if ('acknowledge' in told) open.get(told.acknowledge)?.acknowledge();
    else if ('cancel' in told) open.get(told.cancel)?.cancellation.cancel();
    else if ('measure' in told) say({ measure: told.measure, figures: server.measure?.() ?? null });
    else say({ check: told.check, reasons: await server.whyNot() });
  });
  say('ready');
}

function buffersOf(parts: readonly Part[] = []): ArrayBuffer[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string' || !('bytes' in part)) return [];
    const { buffer, byteLength } = part.bytes;
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  });
}

type Answered = Exclude<Heard, { hasFailed: true }>;
type Start<Request> = Extract<ToWorker<Request>, { start: number }>;

/** On the worker's side: an answer that is being made, and how much of it is on its way. */
class OpenAnswer {
  readonly cancellation = new Cancellation();
  /** The bytes of each part that is on its way, in order. */
  readonly #unread: number[] = [];
  #unreadBytes = 0;
  #wake: () => void = () => {};

  acknowledge(): void {
    this.#unreadBytes -= this.#unread.shift() ?? 0;
    this.#wake();
  }

  async send({ parts, ...head }: Reply, say: (said: Omit<Answered, 'number'>) => void): Promise<void> {
    if (!(Symbol.asyncIterator in parts)) return say({ head, parts, isEnd: true });
    say({ head });
    for await (const part of parts) {
      this.cancellation.throwIfCancelled();
      const bytes = bytesOf(part);
      this.#unread.push(bytes);
      this.#unreadBytes += bytes;
      say({ parts: [part] });
      while (this.#unread.length >= windowSize || this.#unreadBytes >= windowBytes)
        await this.cancellation.waitFor(this.#acknowledged());
    }
    this.cancellation.throwIfCancelled();
    say({ isEnd: true });
  }

  #acknowledged(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
