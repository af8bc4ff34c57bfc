import { parentPort, workerData } from 'node:worker_threads';
import { receiptOf } from '../access/log/receipt.ts';
import type { Subscribed } from '../graphql/server/answers.ts';
import { openAnswers } from '../graphql/server/open-answers.ts';
import { createLog } from '../log.ts';
import { serviceProviders } from '../providers/registry.ts';
import { SummedLog } from '../summed-log.ts';
import type { AnsweringData, AnsweringRequest } from './answer-on-thread.ts';
import { keepBeating, type Supervised } from './heartbeat.ts';
import type { Reply } from './messages.ts';
import { serveRequests } from './serve-requests.ts';

const { settings, logging } = workerData as AnsweringData;
const log = createLog(logging);
const failures = new SummedLog(log);
const answers = await openAnswers(settings, { log, providers: serviceProviders });
const replyTo = (subscribed: Subscribed): Reply => {
  if ('parts' in subscribed) return { status: 200, headers: {}, ...subscribed };
  const { text, ...head } = subscribed.refused;
  return { ...head, parts: [text] };
};
if (!parentPort) throw new Error('this runs on a thread alone');

keepBeating(workerData as Supervised);
serveRequests<AnsweringRequest>(
  parentPort,
  {
    start: async (request, viewer, waiting) => {
      if ('charged' in request) {
        return {
          status: 200,
          headers: {},
          receipt: receiptOf(null),
          parts: [String(await answers.charge(request.charged))],
        };
      }
      if ('subscribed' in request) return replyTo(await answers.subscribe({ ...request.subscribed, viewer }, waiting));
      const { text, ...head } = await answers.answer({ ...request, viewer }, waiting);
      return { ...head, parts: [text] };
    },
    askerOf: (request) => {
      if ('charged' in request) return request.charged.chargedTo;
      return 'subscribed' in request ? request.subscribed.chargedTo : request.chargedTo;
    },
    whyNot: answers.whyNot,
    measure: answers.measureHere,
    stop: async () => {
      await answers.stop();
      failures.close();
    },
  },
  failures,
);
