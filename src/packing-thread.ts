import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadLine } from './upkeep/pack-on-thread.ts';
import { startPacking } from './upkeep/start-packing.ts';

const say = (level: ThreadLine['level']) => (told: object, message: string) =>
  parentPort?.postMessage({ level, told, message } satisfies ThreadLine);

const { url } = workerData as { url: string };
const stop = startPacking(url, { debug: say('debug'), info: say('info'), error: say('error') });

parentPort?.once('message', async () => {
  await stop();
  parentPort?.close();
});
