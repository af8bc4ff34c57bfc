import { parentPort, workerData } from 'node:worker_threads';
import { createLog } from '../log.ts';
import { keepBeating, type Supervised } from './heartbeat.ts';
import type { PackingData } from './pack-on-thread.ts';
import { startPacking } from './start-packing.ts';

const { url, logging } = workerData as PackingData;
const stop = startPacking(url, createLog(logging));

keepBeating(workerData as Supervised);
parentPort?.once('message', async () => {
  await stop();
  parentPort?.close();
});
