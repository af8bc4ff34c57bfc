import { parentPort, workerData } from 'node:worker_threads';
import { Cancellation } from '../cancellation.ts';
import { describeFailure } from '../failures.ts';
import type { Answer, Question, Waiting } from '../graphql/server/answers.ts';
import { openAnswers } from '../graphql/server/open-answers.ts';
import { createLog } from '../log.ts';
import { SummedLog } from '../summed-log.ts';
import type { AnsweringData, AnsweringHeard, AnsweringTold } from './answer-on-thread.ts';
import { keepBeating, type Supervised } from './heartbeat.ts';
import { Intake } from './intake.ts';
import { stopMessage } from './supervise-thread.ts';

const { settings, logging } = workerData as AnsweringData;
const log = createLog(logging);
const failures = new SummedLog(log);
const answers = await openAnswers(settings, log);
const say = (heard: AnsweringHeard) => parentPort?.postMessage(heard);

const asked = new Map<number, Cancellation>();
const turns = new Intake();

parentPort?.on('message', async (told: AnsweringTold) => {
  if (told === stopMessage) {
    await answers.stop();
    failures.close();
    parentPort?.close();
  } else if ('cancel' in told) asked.get(told.cancel)?.cancel();
  else if ('check' in told) say({ check: told.check, reasons: await answers.whyNot() });
  else await answerAndTell(told);
});
keepBeating(workerData as Supervised);
say('ready');

async function answerAndTell({ number, question, isRepeated }: Extract<AnsweringTold, { question: unknown }>) {
  const cancellation = new Cancellation();
  asked.set(number, cancellation);
  const onShared = isRepeated ? (isShared: boolean) => void say({ number, isShared }) : undefined;
  const answer = await turns.begin(() => answerOrNull(question, { cancellation, onShared }));
  asked.delete(number);
  say({ number, answer });
}

/** The answer; null where there is none: of a question that was given up, or at which this failed. It takes no other along. */
async function answerOrNull(
  question: Question,
  waiting: Waiting & { cancellation: Cancellation },
): Promise<Answer | null> {
  if (waiting.cancellation.isCancelled) return null;
  try {
    return await answers.answer(question, waiting);
  } catch (error) {
    failures.error(
      { requestId: question.requestId, failure: describeFailure(error) },
      'a question failed unexpectedly',
    );
    return null;
  }
}
