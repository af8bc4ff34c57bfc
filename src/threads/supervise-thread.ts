import { once } from 'node:events';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Logger } from 'pino';
import { describeFailure } from '../failures.ts';
import { projectFile } from '../project-file.ts';

/** A thread that is started again where it breaks off, as often as it takes. */
export type SupervisedThread<Told> = {
  /** False where the thread is down just now. */
  tell: (message: Told) => boolean;
  /** Tells it to end, and waits until it has. */
  stop: () => Promise<void>;
};

export type ThreadOptions<Heard> = {
  /** What it runs. */
  file: string;
  /** For the log. */
  name: string;
  options?: WorkerOptions;
  log: Pick<Logger, 'error'>;
  onMessage?: (message: Heard) => void;
  /** Told when it has ended, by itself or because it was told to. */
  onEnd?: () => void;
};

/** A thread ends once it has heard this. */
export const stopMessage = 'stop';

const againAfterMs = 1000;

/** The built file of a thread; null where the service runs from its source: a thread would need a loader too. */
export function builtThread(name: string): string | null {
  return import.meta.filename.endsWith('.js') ? projectFile('dist', 'threads', name) : null;
}

/** Starts a thread. What it throws is logged, and ends nothing but the thread. */
export function superviseThread<Heard, Told>(thread: ThreadOptions<Heard>): SupervisedThread<Told> {
  const { file, name, options, log, onMessage, onEnd } = thread;
  let worker: Worker | null = null;
  let again: NodeJS.Timeout | undefined;
  let isStopping = false;

  const start = () => {
    worker = new Worker(file, options);
    if (onMessage) worker.on('message', onMessage);
    worker.on('error', (error) => log.error({ thread: name, failure: describeFailure(error) }, 'a thread broke off'));
    worker.on('exit', () => {
      worker = null;
      onEnd?.();
      if (!isStopping) again = setTimeout(start, againAfterMs);
    });
  };
  start();
  return {
    tell: (message) => {
      worker?.postMessage(message);
      return worker !== null;
    },
    stop: async () => {
      isStopping = true;
      clearTimeout(again);
      if (!worker) return;
      const ended = once(worker, 'exit');
      worker.postMessage(stopMessage);
      await ended;
    },
  };
}
