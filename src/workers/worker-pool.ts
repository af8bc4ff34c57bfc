import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from '../access/viewer.ts';
import type { Cancellation } from '../cancellation.ts';
import type { ThreadFigures } from '../telemetry/thread-figures.ts';
import type { FromWorker, Reply, ToWorker } from './messages.ts';
import { OpenRequest, WorkerLost } from './open-request.ts';
import { type SupervisedThread, superviseThread, type ThreadOptions } from './supervise-thread.ts';

/** How a request is to be answered. */
export type Asking = {
  /** Whose calls it is about, if of one account alone: those of the same account go to the same worker while it is up. */
  account: number | null;
  /** Whether anybody still waits for the answer. */
  cancellation?: Cancellation | undefined;
  /** Told whether equal requests share its answer; absent where nobody asks. */
  onShared?: ((isShared: boolean) => void) | undefined;
};

export type PoolOptions = Omit<ThreadOptions<never>, 'onMessage' | 'onEnd'> & {
  /** How many workers. */
  size: number;
};

/** What a worker says of itself; or why it says nothing. */
export type Checked = readonly string[] | 'down' | 'silent';

/** Workers that all can answer the same requests. Callers name the account, not the worker. */
export class WorkerPool<Request> {
  readonly #workers: readonly PoolWorker<Request>[];
  #numbers = 0;

  constructor({ size, ...thread }: PoolOptions) {
    this.#workers = Array.from({ length: size }, () => new PoolWorker<Request>(thread));
  }

  /** Settles once each has come up. */
  async ready(): Promise<void> {
    await Promise.all(this.#workers.map(({ isReady }) => isReady));
  }

  /** The head of an answer, whose parts then come as they are read. Fails with UNAVAILABLE where no worker is up. */
  async start(request: Request, viewer: Viewer, asking: Asking): Promise<Reply> {
    asking.cancellation?.throwIfCancelled();
    this.#numbers += 1;
    const start = { start: this.#numbers, request, viewer, isRepeated: asking.onShared !== undefined };
    for (const worker of this.#inTurn(asking.account)) {
      const open = worker.start(start, asking);
      if (open) return open.reply;
    }
    throw new WorkerLost();
  }

  /** What each worker says of itself. */
  check(patienceMs: number): Promise<Checked[]> {
    this.#numbers += 1;
    return Promise.all(this.#workers.map((worker) => worker.check(this.#numbers, patienceMs)));
  }

  /** What each worker tells of its thread; null: nothing. */
  measure(patienceMs: number): Promise<(ThreadFigures | null)[]> {
    this.#numbers += 1;
    return Promise.all(this.#workers.map((worker) => worker.measure(this.#numbers, patienceMs)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.stop()));
  }

  #inTurn(account: number | null): readonly PoolWorker<Request>[] {
    if (this.#workers.length === 1) return this.#workers;
    const own = account === null ? null : this.#workers[account % this.#workers.length];
    return [...this.#workers].sort(
      (a, b) =>
        Number(b.thread.isAlive()) - Number(a.thread.isAlive()) ||
        Number(b === own) - Number(a === own) ||
        a.openCount - b.openCount,
    );
  }
}

class PoolWorker<Request> {
  readonly thread: SupervisedThread<ToWorker<Request>>;
  readonly isReady: Promise<void>;
  readonly #open = new Map<number, { request: OpenRequest; onShared: Asking['onShared'] }>();
  readonly #checks = new Map<number, (checked: Checked) => void>();
  readonly #measures = new Map<number, (figures: ThreadFigures | null) => void>();

  constructor(options: Omit<PoolOptions, 'size'>) {
    let ready = () => {};
    this.isReady = new Promise((resolve) => {
      ready = resolve;
    });
    this.thread = superviseThread<FromWorker, ToWorker<Request>>({
      ...options,
      onMessage: (heard) => (heard === 'ready' ? ready() : this.#hear(heard)),
      onEnd: () => this.#lose(),
    });
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Null where it is down just now. */
  start(
    message: Extract<ToWorker<Request>, { start: number }>,
    { cancellation, onShared }: Asking,
  ): OpenRequest | null {
    const { start: number } = message;
    if (!this.thread.tell(message)) return null;
    const tell = (told: { acknowledge: number } | { cancel: number }) => {
      if (this.#open.has(number)) this.thread.tell(told);
    };
    const cancel = () => tell({ cancel: number });
    const request = new OpenRequest({ acknowledge: () => tell({ acknowledge: number }), cancel }, cancellation);
    this.#open.set(number, { request, onShared });
    cancellation?.onCancel(cancel);
    return request;
  }

  async check(number: number, patienceMs: number): Promise<Checked> {
    if (!this.thread.isAlive() || !this.thread.tell({ check: number })) return 'down';
    const told = new Promise<Checked>((resolve) => this.#checks.set(number, resolve));
    const late = sleep<Checked>(patienceMs, 'silent', { ref: false });
    return Promise.race([told, late]).finally(() => this.#checks.delete(number));
  }

  async measure(number: number, patienceMs: number): Promise<ThreadFigures | null> {
    if (!this.thread.isAlive() || !this.thread.tell({ measure: number })) return null;
    const told = new Promise<ThreadFigures | null>((resolve) => this.#measures.set(number, resolve));
    const late = sleep(patienceMs, null, { ref: false });
    return Promise.race([told, late]).finally(() => this.#measures.delete(number));
  }

  #hear(heard: Exclude<FromWorker, 'ready'>): void {
    if ('measure' in heard) {
      this.#measures.get(heard.measure)?.(heard.figures);
      return;
    }
    if ('check' in heard) {
      this.#checks.get(heard.check)?.(heard.reasons);
      return;
    }
    const open = this.#open.get(heard.number);
    if ('isShared' in heard) open?.onShared?.(heard.isShared);
    else if (open?.request.hear(heard)) this.#open.delete(heard.number);
  }

  #lose(): void {
    for (const { request } of this.#open.values()) request.fail(new WorkerLost());
    this.#open.clear();
    for (const tell of this.#checks.values()) tell('down');
    for (const tell of this.#measures.values()) tell(null);
  }
}
