import type pg from 'pg';
import { HealthConnection } from './health-connection.ts';
import { type Reason, reasonsOf } from './reasons.ts';
import { readsEveryTable } from './table-checks.ts';

const limitMs = 1_500;

export type AnsweringCheck = {
  /** Nothing where questions can be answered; else why not. */
  whyNot: () => Promise<Reason[]>;
  close: () => Promise<void>;
};

/** Tells whether questions can be answered: every table is read on a connection of its own, and pools that are not all busy are asked. */
export function checkAnswering(url: string, pools: readonly pg.Pool[]): AnsweringCheck {
  const connection = new HealthConnection(url);
  return {
    whyNot: async () => {
      const free = pools.filter(hasRoom);
      const found = await Promise.all([
        connection.check((client) => client.query(readsEveryTable)),
        ...free.map((pool) => reasonsOf(pool.query('select'), limitMs, 'database silent')),
      ]);
      return [...new Set(found.flat())];
    },
    close: () => connection.close(),
  };
}

/** One whose connections all are at work is busy, which is no fault: their statements end by themselves. */
function hasRoom({ idleCount, totalCount, waitingCount, options }: pg.Pool): boolean {
  return waitingCount === 0 && (idleCount > 0 || totalCount < (options.max ?? 10));
}
