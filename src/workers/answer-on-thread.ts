import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Reason } from '../doors/health/reasons.ts';
import type { Answer, Question, Waiting } from '../graphql/server/answers.ts';
import { type AnswersSettings, type CheckedAnswers, openAnswers } from '../graphql/server/open-answers.ts';
import type { LogOptions } from '../log.ts';
import { builtThread, type Patience, type stopMessage, superviseThread } from './supervise-thread.ts';

/** What the answering thread is started with. */
export type AnsweringData = { settings: AnswersSettings; logging: LogOptions };
export type AnsweringTold =
  /** `isRepeated`: whether to tell if equal questions share its answer. */
  | { number: number; question: Question; isRepeated: boolean }
  | { cancel: number }
  | { check: number }
  | typeof stopMessage;
/**
 * Once when it can be asked, and then for each question, null where it failed at one, which it has logged; and for each check.
 */
export type AnsweringHeard =
  | 'ready'
  | { number: number; answer: Answer | null }
  | { number: number; isShared: boolean }
  | { check: number; reasons: Reason[] };

export type AnsweringOptions = {
  /** What the thread runs; null: everything is done on this one. */
  file?: string | null;
  /** It ends, and is started again, where it keeps more than so much. */
  heapMb: number;
  patience?: Partial<Patience>;
  /** Ends the wait for the thread to come up. */
  signal?: AbortSignal;
};

type Asked = Partial<Waiting> & { resolve: (answer: Answer) => void; reject: (error: Error) => void };

// Answers are made of many small objects that are gone with them: with the default they would be kept for longer.
const youngMb = 96;
/** A start waits so long for the thread; then the service takes deliveries without it. */
const firstMs = 10_000;
const checkMs = 2_500;

const down: Answer = {
  status: 503,
  headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': '2' },
  text: JSON.stringify({
    errors: [{ message: 'Nothing answers just now. Try again in a moment.', extensions: { code: 'UNAVAILABLE' } }],
  }),
};

/**
 * Answers questions on a thread of its own, so that they share no event loop with deliveries: neither waits for the other,
 * and a question that takes the thread down takes nothing else along.
 */
export async function answerOnThread(
  data: AnsweringData,
  log: Logger,
  { file = builtThread('answering-thread.js'), heapMb, patience = {}, signal }: AnsweringOptions,
): Promise<CheckedAnswers> {
  if (!file) return openAnswers(data.settings, log);
  const waiting = new Map<number, Asked>();
  const checks = new Map<number, (reasons: Reason[]) => void>();
  let asked = 0;
  let ready: () => void = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const thread = superviseThread<AnsweringHeard, AnsweringTold>({
    file,
    name: 'answering',
    data,
    heapMb,
    youngMb,
    log,
    patience,
    onMessage: (heard) => {
      if (heard === 'ready') return ready();
      if ('check' in heard) return checks.get(heard.check)?.(heard.reasons);
      const { resolve, reject, onShared } = waiting.get(heard.number) ?? {};
      if ('isShared' in heard) return onShared?.(heard.isShared);
      waiting.delete(heard.number);
      if (heard.answer) resolve?.(heard.answer);
      else reject?.(new Error('the answering thread failed at a question'));
    },
    onEnd: () => {
      for (const { resolve } of waiting.values()) resolve(down);
      waiting.clear();
      for (const tell of checks.values()) tell(['answering thread down']);
    },
  });
  const whyNot = async (): Promise<Reason[]> => {
    asked += 1;
    const check = asked;
    if (!thread.isAlive() || !thread.tell({ check })) return ['answering thread down'];
    const told = new Promise<Reason[]>((resolve) => checks.set(check, resolve));
    const late = sleep<Reason[]>(checkMs, ['answering thread silent'], { ref: false });
    return Promise.race([told, late]).finally(() => checks.delete(check));
  };
  await Promise.race([isReady, sleep(firstMs, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {})]);
  return {
    answer: (question, { cancellation, onShared } = {}) =>
      new Promise((resolve, reject) => {
        asked += 1;
        const number = asked;
        if (!thread.tell({ number, question, isRepeated: onShared !== undefined })) return resolve(down);
        waiting.set(number, { resolve, reject, onShared });
        cancellation?.onCancel(() => {
          if (waiting.has(number)) thread.tell({ cancel: number });
        });
      }),
    whyNot,
    stop: thread.stop,
  };
}
