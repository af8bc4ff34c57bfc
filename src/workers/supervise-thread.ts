import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { describeFailure } from '../failures.ts';
import { projectFile } from '../project-file.ts';
import { type FailureLog, SummedLog } from '../summed-log.ts';
import { newBeats, Pulse, type Supervised } from './heartbeat.ts';

/** A thread that is started again where it breaks off or is stuck, as often as it takes. */
export type SupervisedThread<Told> = {
  /** False where the thread is down just now. */
  tell: (message: Told) => boolean;
  /** Whether it has come up, and its event loop turned a moment ago. */
  isAlive: () => boolean;
  /** Tells it to end, and waits until it has; after a while it is ended. */
  stop: () => Promise<void>;
};

export type ThreadOptions<Heard> = {
  /** What it runs. It must call keepBeating once it is up. */
  file: string;
  /** For the log. */
  name: string;
  data: object;
  /** It ends where it keeps more than so much. */
  heapMb?: number;
  /** For objects that are gone soon. */
  youngMb?: number;
  log: FailureLog;
  onMessage?: (message: Heard) => void;
  /** Told when it is down, by itself or because it was told to or had to be ended. */
  onEnd?: () => void;
  /** Told when it ended without having been told to, and is started again. */
  onRestart?: (() => void) | undefined;
  patience?: Partial<Patience>;
};

export type Patience = {
  /** Without a turn of its event loop for so long it is stuck. */
  stuckMs: number;
  /** It must have come up in this time. */
  startMs: number;
  /** It must have ended so long after it was told to. */
  stopMs: number;
  /** Between its end and its next start; doubled each time it does not come up. */
  againMs: number;
  longestAgainMs: number;
};

/** A thread ends once it has heard this. */
export const stopMessage = 'stop';

const usual: Patience = { stuckMs: 10_000, startMs: 60_000, stopMs: 4_000, againMs: 1000, longestAgainMs: 30_000 };
const looksEveryMs = 500;
const silentMs = 2_000;

/** The built file of a thread; null where the service runs from its source: a thread would need a loader too. */
export function builtThread(name: string): string | null {
  return import.meta.filename.endsWith('.js') ? projectFile('dist', 'workers', name) : null;
}

type Running = { worker: Worker; pulse: Pulse; silentMs: number };

/** Starts a thread. What it throws, memory that runs out, or a loop without end is logged, and ends nothing but the thread. */
export function superviseThread<Heard, Told>(thread: ThreadOptions<Heard>): SupervisedThread<Told> {
  const { file, name, data, heapMb, youngMb, onMessage, onEnd, onRestart } = thread;
  const resourceLimits = limitsOf({ heapMb, youngMb });
  const patience = { ...usual, ...thread.patience };
  const log = new SummedLog(thread.log);
  let running: Running | null = null;
  let again: NodeJS.Timeout | undefined;
  let pauseMs = patience.againMs;
  let isStopping = false;

  const start = () => {
    try {
      run();
    } catch (error) {
      log.error({ thread: name, failure: describeFailure(error) }, 'a thread could not be started');
      startLater();
    }
  };
  const startLater = () => {
    again = setTimeout(start, pauseMs);
    pauseMs = Math.min(2 * pauseMs, patience.longestAgainMs);
  };
  const run = () => {
    const supervised: Supervised = { beats: newBeats(), heapMb };
    const worker = new Worker(file, { workerData: { ...data, ...supervised }, resourceLimits });
    const started = { worker, pulse: new Pulse(supervised.beats, performance.now()), silentMs: 0 };
    running = started;
    // What a thread that was given up still says is of no use to anybody.
    if (onMessage) worker.on('message', (heard: Heard) => running === started && onMessage(heard));
    worker.on('error', (error) => log.error({ thread: name, failure: describeFailure(error) }, 'a thread broke off'));
    worker.on('exit', () => giveUp(started));
  };
  const giveUp = (one: Running) => {
    if (running !== one) return;
    running = null;
    if (one.pulse.hasBeaten) pauseMs = patience.againMs;
    onEnd?.();
    if (isStopping) return;
    onRestart?.();
    startLater();
  };
  const look = () => {
    if (!running) return;
    const one = running;
    one.silentMs = one.pulse.look(performance.now(), looksEveryMs);
    const { hasBeaten } = one.pulse;
    if (one.silentMs < (hasBeaten ? patience.stuckMs : patience.startMs)) return;
    const seconds = Math.round(one.silentMs / 1000);
    log.error(
      { thread: name, code: hasBeaten ? 'STUCK' : 'NOT_STARTED', stuckSeconds: seconds },
      'a thread is stuck and is ended',
    );
    void one.worker.terminate();
    // Its end may take a while, as in the middle of a large piece of native work: nobody waits for it.
    giveUp(one);
  };
  start();
  const watch = setInterval(look, looksEveryMs).unref();
  return {
    tell: (message) => {
      running?.worker.postMessage(message);
      return running !== null;
    },
    isAlive: () => running?.pulse.hasBeaten === true && running.silentMs < silentMs,
    stop: async () => {
      isStopping = true;
      clearTimeout(again);
      clearInterval(watch);
      if (running && !(await endsInTime(running.worker, patience.stopMs))) {
        log.warn({ thread: name }, 'a thread did not end when it was told to, and is ended');
        await running?.worker.terminate();
      }
      log.close();
    },
  };
}

/**
 * V8 itself ends a thread at its limit, but takes the whole process along where one large piece of memory is asked for just
 * then: see keepBeating, which ends it before.
 */
function limitsOf({ heapMb, youngMb }: { heapMb: number | undefined; youngMb: number | undefined }): ResourceLimits {
  return {
    ...(heapMb !== undefined && { maxOldGenerationSizeMb: Math.ceil(1.5 * heapMb) }),
    ...(youngMb !== undefined && { maxYoungGenerationSizeMb: youngMb }),
  };
}

/** Whether it ended within this time, once told to. */
async function endsInTime(worker: Worker, patienceMs: number): Promise<boolean> {
  const ended = once(worker, 'exit').catch(() => {});
  worker.postMessage(stopMessage);
  return Promise.race([ended.then(() => true), sleep(patienceMs, false, { ref: false })]);
}
