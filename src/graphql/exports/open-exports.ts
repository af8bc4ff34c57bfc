import type { Logger } from 'pino';
import type { Viewer } from '../../access/viewer.ts';
import type { CallRow } from '../../calls/list/call-columns.ts';
import type { Cancellation } from '../../cancellation.ts';
import { AppError } from '../../errors.ts';
import type { Chunk } from '../../exports/column.ts';
import { type Problem, problemOf } from '../../exports/problem.ts';
import { describeFailure, expectedFailure } from '../../failures.ts';
import { StatementCanceller } from '../../postgres/cancel-statement.ts';
import { openDatabase } from '../../postgres/client.ts';
import { readTimestamp } from '../../postgres/columns.ts';
import type { Providers } from '../../providers/providers.ts';
import { makeSeals, type SealKeys } from '../../query/seals.ts';
import { SummedLog } from '../../summed-log.ts';
import { makeReaders, type ServiceSettings } from '../context.ts';
import { buildSchema } from '../schema.ts';
import { openWaitingSnapshot, type WaitingSnapshot } from '../snapshots/waiting-snapshot.ts';
import { type CallsExport, exportCalls } from './export-calls.ts';
import type { ExportFormat } from './parameters.ts';
import type { SentParameters } from './read-parameters.ts';

/** What exports are made with. It can be sent to another thread. */
export type ExportsSettings = {
  databaseUrl: string;
  service: ServiceSettings;
  keys: SealKeys;
  /** How many may be made at once. */
  most: number;
  /** How long one may take. */
  exportMs: number;
};

/** A request to the door of exports. It can be sent to another thread. */
export type ExportRequest = SentParameters & { requestId: string; format: ExportFormat };

/** An export as it comes: what is told before it, and its parts; or what is wrong with the request. */
export type Exported = { headers: Record<string, string>; parts: AsyncIterable<Chunk> } | { problem: Problem };

export type Exports = {
  start: (request: ExportRequest, viewer: Viewer, cancellation: Cancellation) => Promise<Exported>;
  stop: () => Promise<void>;
};

/** A reader that takes nothing for so long is given up by the server; the door does so before. */
const lostAfterMs = 150_000;

/** Makes exports of calls on this thread, with connections of their own: neither lists nor figures wait for one of these. */
export function openExports(
  { databaseUrl: url, service, keys, most, exportMs }: ExportsSettings,
  { log, providers }: { log: Logger; providers: Providers },
): Exports {
  // Between two statements of an export nothing is done, but its reader may take long for what was read.
  const limits = { statementTimeoutMs: exportMs, idleInTransactionMs: exportMs, lostAfterMs };
  const database = openDatabase({ url, name: 'exports', max: most, ...limits, log });
  const cancels = openDatabase({ url, name: 'cancels', max: 1, statementTimeoutMs: 5000 });
  const canceller = new StatementCanceller(cancels.pool);
  const failures = new SummedLog(log);
  const schema = buildSchema();
  const seals = makeSeals(keys);

  const begin = async (request: ExportRequest, viewer: Viewer, { db }: WaitingSnapshot): Promise<CallsExport> => {
    refuseDocumentsOnly(viewer, service);
    const readers = makeReaders({ viewer, db, lists: db }, { providers, seals, makeFinder: () => null });
    const [[moment], accounts] = await Promise.all([
      db.readTexts({ text: 'select now()', values: [] }),
      readers.accounts(),
    ]);
    const now = readTimestamp(moment?.[0] as string);
    return exportCalls(readers, request.format, request, { schema, service, accounts, now });
  };
  return {
    start: async (request, viewer, cancellation) => {
      let snapshot: WaitingSnapshot | undefined;
      try {
        snapshot = await openWaitingSnapshot(database.pool, { canceller }, cancellation);
        const { release } = snapshot;
        // Nobody may come for the next part any more.
        cancellation.onCancel(() => void release());
        const begun = await begin(request, viewer, snapshot);
        const parts = partsOf(begun, release);
        // What fails before there is a first part is told as what it is.
        const first = await parts.next();
        return { headers: begun.headers, parts: first.done ? parts : resumed(first.value, parts) };
      } catch (error) {
        await snapshot?.release();
        const expected = expectedFailure(error);
        if (!expected || cancellation.isCancelled) throw error;
        if (expected.cause) {
          const { requestId } = request;
          failures.error({ requestId, failure: describeFailure(expected) }, 'an export could not be begun');
        }
        return { problem: problemOf(expected, request.requestId) };
      }
    },
    stop: async () => {
      await Promise.all([database, cancels].map(({ close }) => close()));
      failures.close();
    },
  };
}

/** Who may ask for documents that the service holds alone may not ask for whatever they like here. */
function refuseDocumentsOnly({ documentsOnly }: Viewer, { documents }: ServiceSettings): void {
  if (!documentsOnly && !documents?.isOnly) return;
  const whose = documentsOnly ? 'The key of this request is' : 'This service is';
  throw new AppError(
    'FORBIDDEN',
    `${whose} for documents that the service holds alone, and an export is none. Use another ${documentsOnly ? 'key' : 'service'}.`,
    { missing: ['documents'] },
  );
}

async function* partsOf(
  { pages, writer }: Pick<CallsExport, 'pages' | 'writer'>,
  release: () => Promise<void>,
): AsyncGenerator<Chunk> {
  try {
    let head: Uint8Array | null = writer.head();
    for await (const rows of pages as AsyncIterable<CallRow[]>) {
      const bytes = writer.page(rows);
      yield { bytes: head ? joined(head, bytes) : bytes, rows: rows.length };
      head = null;
    }
    const end = writer.end();
    yield { bytes: head ? joined(head, end) : end, rows: 0 };
  } finally {
    await release();
  }
}

function resumed(first: Chunk, rest: AsyncGenerator<Chunk>): AsyncIterable<Chunk> {
  let isFirst = true;
  const next = async (): Promise<IteratorResult<Chunk>> => {
    if (!isFirst) return rest.next();
    isFirst = false;
    return { value: first, done: false };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => rest.return(undefined) }) };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
