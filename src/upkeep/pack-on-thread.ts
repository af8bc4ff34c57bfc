import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describeFailure } from '../failures.ts';
import { projectFile } from '../project-file.ts';
import type { UpkeepLog } from './repeat-job.ts';
import { startPacking } from './start-packing.ts';

/** A line for the log, from the thread. */
export type ThreadLine = { level: keyof UpkeepLog; told: object; message: string };

const againAfterMs = 5000;
const isBundled = import.meta.filename.endsWith('.js');

/**
 * Packs calls on a thread of its own: it is much arithmetic, for which no delivery and no question should wait. What is
 * returned stops it, after the batch it is at. Run from its source, for which a thread would need a loader too, the service
 * does it on the one it has.
 */
export function packOnThread(url: string, log: UpkeepLog): () => Promise<void> {
  return isBundled ? startThread(url, log) : startPacking(url, log);
}

function startThread(url: string, log: UpkeepLog): () => Promise<void> {
  let worker: Worker;
  let again: NodeJS.Timeout | undefined;
  let isStopping = false;
  let isRunning = false;

  const start = () => {
    worker = new Worker(projectFile('dist', 'packing-thread.js'), { workerData: { url } });
    isRunning = true;
    worker.on('message', ({ level, told, message }: ThreadLine) => log[level](told, message));
    worker.on('error', (error) => log.error({ failure: describeFailure(error) }, 'the packing of calls broke off'));
    worker.on('exit', () => {
      isRunning = false;
      if (!isStopping) again = setTimeout(start, againAfterMs);
    });
  };
  start();
  return async () => {
    isStopping = true;
    clearTimeout(again);
    if (!isRunning) return;
    const ended = once(worker, 'exit');
    worker.postMessage('stop');
    await ended;
  };
}
