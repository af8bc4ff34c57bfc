import { parentPort, workerData } from 'node:worker_threads';
import { openAnswers } from '../graphql/open-answers.ts';
import { createLog } from '../log.ts';
import type { AnsweringData, AnsweringHeard, AnsweringTold } from './answer-on-thread.ts';
import { stopMessage } from './supervise-thread.ts';

const { settings, logging } = workerData as AnsweringData;
const answers = await openAnswers(settings, createLog(logging));
const say = (heard: AnsweringHeard) => parentPort?.postMessage(heard);

parentPort?.on('message', async (told: AnsweringTold) => {
  if (told === stopMessage) {
    await answers.stop();
    parentPort?.close();
  } else {
    say({ number: told.number, answer: await answers.answer(told.question) });
  }
});
say('ready');
