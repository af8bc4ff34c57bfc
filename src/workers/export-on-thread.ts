import type { Logger } from 'pino';
import { receiptOf } from '../access/log/receipt.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Cancellation } from '../cancellation.ts';
import { problemOf } from '../exports/problem.ts';
import {
  type Exported,
  type ExportRequest,
  type ExportsSettings,
  openExports,
} from '../graphql/exports/open-exports.ts';
import type { LogOptions } from '../log.ts';
import type { Providers } from '../providers/providers.ts';
import { within } from '../within.ts';
import type { Reply } from './messages.ts';
import { WorkerLost } from './open-request.ts';
import { builtThread, type Patience } from './supervise-thread.ts';
import { WorkerPool } from './worker-pool.ts';

/** What an exporting thread is started with. */
export type ExportingData = { settings: ExportsSettings; logging: LogOptions };
export type ExportingRequest = ExportRequest;

/** Exports of calls, wherever they are made. */
export type ExportsOfCalls = {
  start: (request: ExportingRequest, viewer: Viewer, cancellation: Cancellation) => Promise<Reply>;
  stop: () => Promise<void>;
};

export type ExportingOptions = {
  /** What the thread runs; null: everything is done on this one. */
  file?: string | null;
  /** Of this thread: the other has those of the service. */
  providers: Providers;
  patience?: Partial<Patience>;
};

/** An export keeps a few pages; one that grows shall end before the process does. */
const heapMb = 512;
// A page of rows is gone as soon as it is written.
const youngMb = 64;
/** Later it is told that it cannot be made now. */
const upMs = 15_000;

/**
 * Makes exports on a thread of its own: ten million rows are minutes of work, which neither deliveries nor questions shall
 * wait for.
 */
export function exportOnThread(
  data: ExportingData,
  log: Logger,
  { file = builtThread('exporting-thread.js'), providers, patience = {} }: ExportingOptions,
): ExportsOfCalls {
  if (!file) {
    const exports = openExports(data.settings, { log, providers });
    return {
      start: async (request, viewer, cancellation) => replyOf(await exports.start(request, viewer, cancellation)),
      stop: exports.stop,
    };
  }
  // Begun with the first export: most services make none in their first minutes, and some never.
  let pool: WorkerPool<ExportingRequest> | undefined;
  const begin = () => {
    pool ??= new WorkerPool<ExportingRequest>({
      size: 1,
      file,
      name: 'exporting',
      data,
      heapMb,
      youngMb,
      log,
      patience,
    });
    return pool;
  };
  return {
    start: async (request, viewer, cancellation) => {
      try {
        const begun = begin();
        await within(upMs, begun.ready());
        return await begun.start(request, viewer, { account: null, cancellation });
      } catch (error) {
        if (error instanceof WorkerLost) return replyOf({ problem: problemOf(error, request.requestId) });
        throw error;
      }
    },
    stop: async () => pool?.stop(),
  };
}

/** An export as it is sent between threads. */
export function replyOf(exported: Exported): Reply {
  if ('problem' in exported) {
    const { status, headers, text, code } = exported.problem;
    return { status, headers, receipt: receiptOf(code), parts: [text] };
  }
  return { status: 200, headers: exported.headers, receipt: receiptOf(null), parts: exported.parts };
}
