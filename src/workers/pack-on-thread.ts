import type { Logger } from 'pino';
import type { LogOptions } from '../log.ts';
import { startPacking } from './start-packing.ts';
import { builtThread, superviseThread } from './supervise-thread.ts';

/** What the packing thread is started with. */
export type PackingData = { url: string; logging: LogOptions };

/**
 * Packs calls on a thread of its own: it is much arithmetic, for which no delivery and no question should wait. What is
 * returned stops it, after the batch it is at.
 */
export function packOnThread(data: PackingData, log: Logger, onRestart?: () => void): () => Promise<void> {
  const file = builtThread('packing-thread.js');
  if (!file) return startPacking(data.url, log);
  return superviseThread({ file, name: 'packing', data, log, onRestart }).stop;
}
