import { monitorEventLoopDelay } from 'node:perf_hooks';
import type pg from 'pg';
import { databaseErrors } from '../postgres/error-counts.ts';

/** What a thread tells of itself: plain data, which crosses to the main one. What counts begins anew with the thread. */
export type ThreadFigures = {
  pools: Record<string, { size: number; idle: number; waiting: number; most: number }>;
  /** Seconds by which the event loop was late since the last look. */
  delay: { p50: number; p99: number; max: number };
  databaseErrors: Record<string, number>;
  /** How many figures came from packed calls, and how many from the calls themselves. */
  sources: Record<string, number>;
};

const nsPerSecond = 1e9;
const resolutionMs = 10;

/** Begins to measure this thread; what it gives looks. */
export function measureThread(
  pools: Readonly<Record<string, pg.Pool>>,
  sources: Readonly<Record<string, number>> = {},
): () => ThreadFigures {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  // It tells how long its own timer took, of which the most is the wait that was asked for.
  const late = (ns: number) => Math.max(0, ns / nsPerSecond - resolutionMs / 1000) || 0;
  return () => {
    const delay = { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) };
    delays.reset();
    const told = Object.entries(pools).map(([name, { totalCount, idleCount, waitingCount, options }]) => [
      name,
      { size: totalCount, idle: idleCount, waiting: waitingCount, most: options.max },
    ]);
    return { pools: Object.fromEntries(told), delay, databaseErrors: databaseErrors(), sources: { ...sources } };
  };
}
