import { parentPort, workerData } from 'node:worker_threads';
import { openExports } from '../graphql/exports/open-exports.ts';
import { createLog } from '../log.ts';
import { serviceProviders } from '../providers/registry.ts';
import { SummedLog } from '../summed-log.ts';
import { type ExportingData, type ExportingRequest, replyOf } from './export-on-thread.ts';
import { keepBeating, type Supervised } from './heartbeat.ts';
import { serveRequests } from './serve-requests.ts';

const { settings, logging } = workerData as ExportingData;
const log = createLog(logging);
const failures = new SummedLog(log);
const exports = openExports(settings, { log, providers: serviceProviders });
if (!parentPort) throw new Error('this runs on a thread alone');

keepBeating(workerData as Supervised);
serveRequests<ExportingRequest>(
  parentPort,
  {
    start: async (request, viewer, { cancellation }) => replyOf(await exports.start(request, viewer, cancellation)),
    // They are few, and each begins at once.
    askerOf: ({ requestId }) => requestId,
    whyNot: async () => [],
    stop: async () => {
      await exports.stop();
      failures.close();
    },
  },
  failures,
);
