import type { Logger } from 'pino';
import type { Answer, Answers, Question, Waiting } from '../graphql/answers.ts';
import { type AnswersSettings, openAnswers } from '../graphql/open-answers.ts';
import type { LogOptions } from '../log.ts';
import { builtThread, type stopMessage, superviseThread } from './supervise-thread.ts';

/** What the answering thread is started with. */
export type AnsweringData = { settings: AnswersSettings; logging: LogOptions };
export type AnsweringTold =
  /** `isRepeated`: whether to tell if equal questions share its answer. */
  { number: number; question: Question; isRepeated: boolean } | { cancel: number } | typeof stopMessage;
/** Once when it can be asked, and then for each question; null where it failed at one, which it has logged. */
export type AnsweringHeard =
  | 'ready'
  | { number: number; answer: Answer | null }
  | { number: number; isShared: boolean };

type Asked = Partial<Waiting> & { resolve: (answer: Answer) => void; reject: (error: Error) => void };

// Answers are made of many small objects that are gone with them: with the default they would be kept for longer.
const youngMb = 96;

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
  file = builtThread('answering-thread.js'),
): Promise<Answers> {
  if (!file) return openAnswers(data.settings, log);
  const waiting = new Map<number, Asked>();
  let asked = 0;
  let ready: () => void = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const thread = superviseThread<AnsweringHeard, AnsweringTold>({
    file,
    name: 'answering',
    options: { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: youngMb } },
    log,
    onMessage: (heard) => {
      if (heard === 'ready') return ready();
      const { resolve, reject, onShared } = waiting.get(heard.number) ?? {};
      if ('isShared' in heard) return onShared?.(heard.isShared);
      waiting.delete(heard.number);
      if (heard.answer) resolve?.(heard.answer);
      else reject?.(new Error('the answering thread failed at a question'));
    },
    onEnd: () => {
      for (const { resolve } of waiting.values()) resolve(down);
      waiting.clear();
    },
  });
  await isReady;
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
    stop: thread.stop,
  };
}
