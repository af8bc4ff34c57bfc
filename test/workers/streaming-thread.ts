import { parentPort, threadId, workerData } from 'node:worker_threads';
import { receiptOf } from '../../src/access/log/receipt.ts';
import { keepBeating, type Supervised } from '../../src/workers/heartbeat.ts';
import { serveRequests } from '../../src/workers/serve-requests.ts';

/** What this thread is asked: how many parts, of how many letters, and what shall go wrong at which of them. */
export type StreamRequest = {
  requestId: string;
  parts: number;
  letters?: number;
  asker?: string;
  /** Instead of an answer. */
  isRefused?: boolean;
  failsAt?: number;
  diesAt?: number;
  /** From this one on it waits for something that never comes, as for a statement. */
  hangsAt?: number;
};

/** Counted where the tests see it: parts made, producers ended, failures told. */
export const counted = { made: 0, ended: 1, failures: 2 } as const;

const { counts, ...supervised } = workerData as Supervised & { counts: Int32Array<SharedArrayBuffer> };
const never = new Promise<never>(() => {});
if (!parentPort) throw new Error('this runs on a thread alone');
const failed = () => void Atomics.add(counts, counted.failures, 1);

keepBeating(supervised);
serveRequests<StreamRequest>(
  parentPort,
  {
    start: async (request, viewer, { cancellation }) => {
      if (request.isRefused) throw new Error('no such thing');
      const { parts, letters = 1, failsAt, diesAt, hangsAt } = request;
      const make = async function* () {
        try {
          for (let i = 0; i < parts; i += 1) {
            if (i === failsAt) throw new Error('+919812345678 is told to nobody');
            if (i === diesAt) process.exit(1);
            if (i === hangsAt) await cancellation.waitFor(never);
            Atomics.add(counts, counted.made, 1);
            yield `${i} ${'x'.repeat(letters)}\n`;
          }
        } finally {
          Atomics.add(counts, counted.ended, 1);
        }
      };
      const headers = { viewer: viewer.name, thread: String(threadId) };
      return { status: 200, headers, receipt: receiptOf(null), parts: make() };
    },
    askerOf: ({ asker = 'somebody' }) => asker,
    whyNot: async () => [],
    stop: async () => {},
  },
  { error: failed, warn: failed },
);
