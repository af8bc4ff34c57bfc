import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { accountOfViewer, administrator } from '../access/viewer.ts';
import type { Reason } from '../doors/health/reasons.ts';
import type { LivePart } from '../graphql/live/subscriptions.ts';
import type { Answer, ChargedCost, Question, Subscribed, Waiting } from '../graphql/server/answers.ts';
import { type AnswersSettings, type CheckedAnswers, openAnswers } from '../graphql/server/open-answers.ts';
import { refusal } from '../graphql/server/refusal.ts';
import type { LogOptions } from '../log.ts';
import type { Providers } from '../providers/providers.ts';
import type { ThreadFigures } from '../telemetry/thread-figures.ts';
import type { Reply } from './messages.ts';
import { WorkerLost } from './open-request.ts';
import { builtThread, type Patience } from './supervise-thread.ts';
import { type Checked, WorkerPool } from './worker-pool.ts';

/** What an answering thread is started with. */
export type AnsweringData = { settings: AnswersSettings; logging: LogOptions };
/** A question as it is sent there, its viewer beside it. */
export type AnsweringRequest =
  | Omit<Question, 'viewer'>
  | { requestId: string; charged: ChargedCost }
  | { requestId: string; subscribed: Omit<Question, 'viewer'> };

export type AnsweringOptions = {
  /** What the thread runs; null: everything is done on this one. */
  file?: string | null;
  /** Of this thread: the others have those of the service. */
  providers: Providers;
  /** How many threads, each with connections and memory of its own. */
  threads?: number;
  /** One ends, and is started again, where it keeps more than so much. */
  heapMb: number;
  patience?: Partial<Patience>;
  /** Told when one breaks off and is started again. */
  onRestart?: () => void;
  /** Ends the wait for the threads to come up. */
  signal?: AbortSignal;
};

/** Answers, why there would be none just now, and what their thread tells of itself. */
export type WatchedAnswers = Omit<CheckedAnswers, 'measureHere'> & { measure: () => Promise<ThreadFigures | null> };

// Answers are made of many small objects that are gone with them: with the default they would be kept for longer.
const youngMb = 96;
/** A start waits so long for the threads; then the service takes deliveries without them. */
const firstMs = 10_000;
const checkMs = 2_500;

/**
 * Answers questions on a thread of its own, so that they share no event loop with deliveries: neither waits for the other,
 * and a question that takes the thread down takes nothing else along.
 */
export async function answerOnThread(
  data: AnsweringData,
  log: Logger,
  {
    file = builtThread('answering-thread.js'),
    providers,
    threads = 1,
    heapMb,
    patience = {},
    onRestart,
    signal,
  }: AnsweringOptions,
): Promise<WatchedAnswers> {
  if (!file) {
    const answers = await openAnswers(data.settings, { log, providers });
    return { ...answers, measure: async () => answers.measureHere() };
  }
  const pool = new WorkerPool<AnsweringRequest>({
    size: threads,
    file,
    name: 'answering',
    data,
    heapMb,
    youngMb,
    log,
    patience,
    onRestart,
  });
  const isLate = sleep(firstMs, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {});
  await Promise.race([pool.ready(), isLate]);
  return {
    answer: async ({ viewer, ...request }, waiting: Waiting = {}) => {
      try {
        const account = accountOfViewer(viewer);
        return await wholeOf(await pool.start(request, viewer, { ...waiting, account }));
      } catch (error) {
        if (error instanceof WorkerLost) return downAnswer(error);
        throw error;
      }
    },
    subscribe: async ({ viewer, ...subscribed }, { cancellation }) => {
      try {
        const account = accountOfViewer(viewer);
        const { requestId } = subscribed;
        const reply = await pool.start({ requestId, subscribed }, viewer, { account, cancellation });
        return subscribedBy(reply);
      } catch (error) {
        if (error instanceof WorkerLost) return { refused: downAnswer(error) };
        throw error;
      }
    },
    // Budgets are kept where questions are answered; while that is down there are none.
    charge: async (charged) => {
      try {
        const reply = await pool.start({ requestId: 'charge', charged }, administrator, { account: null });
        return Number((await wholeOf(reply)).text);
      } catch (error) {
        if (error instanceof WorkerLost) return 0;
        throw error;
      }
    },
    // What one thread cannot do another may.
    whyNot: async () => {
      const reasons = (await pool.check(checkMs)).map(reasonsOf);
      return reasons.find(({ length }) => length === 0) ?? reasons[0] ?? [];
    },
    measure: async () => (await pool.measure(checkMs))[0] ?? null,
    stop: () => pool.stop(),
  };
}

async function wholeOf({ parts, ...head }: Reply): Promise<Answer> {
  if (!(Symbol.asyncIterator in parts)) return { ...head, text: parts[0] };
  let text = '';
  for await (const part of parts) if (typeof part === 'string') text += part;
  return { ...head, text };
}

function subscribedBy({ parts, ...head }: Reply): Subscribed {
  if (!(Symbol.asyncIterator in parts)) return { refused: { ...head, text: parts[0] } };
  return { parts: parts as AsyncIterable<LivePart>, receipt: head.receipt };
}

function reasonsOf(checked: Checked): Reason[] {
  if (typeof checked === 'string') return [`answering thread ${checked}`];
  return [...checked] as Reason[];
}

function downAnswer({ code, message }: WorkerLost): Answer {
  return refusal(503, { code, message }, { 'retry-after': '2' });
}
