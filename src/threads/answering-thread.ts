import { parentPort, workerData } from 'node:worker_threads';
import { describeFailure } from '../failures.ts';
import type { Answer, Question } from '../graphql/answers.ts';
import { openAnswers } from '../graphql/open-answers.ts';
import { createLog } from '../log.ts';
import { SummedLog } from '../summed-log.ts';
import type { AnsweringData, AnsweringHeard, AnsweringTold } from './answer-on-thread.ts';
import { stopMessage } from './supervise-thread.ts';

const { settings, logging } = workerData as AnsweringData;
const log = createLog(logging);
const failures = new SummedLog(log);
const answers = await openAnswers(settings, log);
const say = (heard: AnsweringHeard) => parentPort?.postMessage(heard);

parentPort?.on('message', async (told: AnsweringTold) => {
  if (told === stopMessage) {
    await answers.stop();
    failures.close();
    parentPort?.close();
  } else {
    say({ number: told.number, answer: await answerOrTell(told.question) });
  }
});
say('ready');

/** The answer; of a question at which this failed, null: it takes no other question along. */
async function answerOrTell(question: Question): Promise<Answer | null> {
  try {
    return await answers.answer(question);
  } catch (error) {
    failures.error(
      { requestId: question.requestId, failure: describeFailure(error) },
      'a question failed unexpectedly',
    );
    return null;
  }
}
