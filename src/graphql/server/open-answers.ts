import type { Logger } from 'pino';
import { openPackedCalls, PackedMemory } from '../../columnar/index.ts';
import { type AnsweringCheck, checkAnswering } from '../../doors/health/check-answering.ts';
import { LiveFeed } from '../../live/live-feed.ts';
import { openDatabase } from '../../postgres/client.ts';
import { snapshotIdleMs } from '../../postgres/session.ts';
import type { Providers } from '../../providers/providers.ts';
import { makeSeals, type SealKeys } from '../../query/seals.ts';
import { SummedLog } from '../../summed-log.ts';
import { measureThread, type ThreadFigures } from '../../telemetry/thread-figures.ts';
import { listTimeoutOf, type ServiceSettings } from '../context.ts';
import { type Answers, makeAnswers } from './answers.ts';

/** What answers are made with. It can be sent to another thread. */
export type AnswersSettings = {
  databaseUrl: string;
  service: ServiceSettings;
  /** Those of the database. */
  keys: SealKeys;
  /** For the columns of packed calls; null: figures come from calls alone. */
  cacheBytes: number | null;
};

/** Answers, and why there would be none just now. */
export type CheckedAnswers = Answers &
  Pick<AnsweringCheck, 'whyNot'> & {
    /** What the thread that this runs on tells of itself. */
    measureHere: () => ThreadFigures;
  };

/** Answers questions on this thread, with connections and memory of its own. */
export async function openAnswers(
  settings: AnswersSettings,
  { log, providers }: { log: Logger; providers: Providers },
): Promise<CheckedAnswers> {
  const { databaseUrl: url, service, keys, cacheBytes } = settings;
  const limits = { idleInTransactionMs: snapshotIdleMs, isPipelined: true, log };
  const queries = openDatabase({ url, name: 'queries', ...limits, statementTimeoutMs: 30_000 });
  const snapshots = openDatabase({ url, name: 'snapshots', max: 6, ...limits, statementTimeoutMs: 30_000 });
  const lists = openDatabase({ url, name: 'lists', ...limits, statementTimeoutMs: listTimeoutOf(service) });
  const writes = openDatabase({ url, name: 'writes', max: 2, statementTimeoutMs: 30_000, log });
  const cancels = openDatabase({ url, name: 'cancels', max: 2, statementTimeoutMs: 5000 });
  const memory = cacheBytes === null ? null : new PackedMemory(cacheBytes);
  const sources: Record<string, number> = { 'packed calls': 0, calls: 0 };
  const failures = new SummedLog(log);
  const feed = new LiveFeed({
    databaseUrl: url,
    seals: makeSeals(keys),
    failures,
  });
  const answers = await makeAnswers({
    db: queries.db,
    snapshots: snapshots.db,
    lists: lists.db,
    writes: writes.db,
    cancels: cancels.db,
    service,
    keys,
    providers,
    feed,
    openPackedCalls: memory && ((db, question) => openPackedCalls(db, memory, question)),
    onSource: (source) => {
      sources[source] = (sources[source] ?? 0) + 1;
    },
    log,
  });
  const pools = { queries, snapshots, lists, writes, cancels };
  const check = checkAnswering(url, [queries.pool, snapshots.pool, lists.pool]);
  return {
    answer: answers.answer,
    subscribe: answers.subscribe,
    charge: answers.charge,
    whyNot: check.whyNot,
    measureHere: measureThread(
      Object.fromEntries(Object.entries(pools).map(([name, { pool }]) => [name, pool])),
      sources,
    ),
    stop: async () => {
      await feed.stop();
      await answers.stop();
      failures.close();
      await Promise.all([queries, snapshots, lists, writes, cancels, check].map(({ close }) => close()));
    },
  };
}
