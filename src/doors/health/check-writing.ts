import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { pendingMigrations } from '../../postgres/start/migrate.ts';
import { HealthConnection } from './health-connection.ts';
import { NotReady, type Reason } from './reasons.ts';
import type { RecentOutcomes } from './recent-outcomes.ts';
import { writesEveryTable } from './table-checks.ts';

// A table of this session alone, empty again after each commit: its first row needs a new page of the disk.
const takeRoom = `set local temp_tablespaces = '';
  create temp table if not exists call_analytics_room (filler text) on commit delete rows;
  insert into pg_temp.call_analytics_room values (repeat('x', 1000))`;
// Nobody reads the message. Its commit is written to the disk like a delivery's.
const writeRecord = "select pg_logical_emit_message(true, 'call-analytics health', '')";

export type WritingCheck = {
  /** Nothing where deliveries can be kept; else why not. */
  whyNot: () => Promise<Reason[]>;
  close: () => Promise<void>;
};

/** Tells whether deliveries can be kept: by a transaction that needs all they need and is committed, and by what became of the last ones. */
export function checkWriting(url: string, outcomes: RecentOutcomes): WritingCheck {
  const connection = new HealthConnection(url);
  return {
    whyNot: async () => {
      const reasons = await connection.check(writeOnce);
      return outcomes.allFailed() ? [...reasons, 'deliveries failing'] : reasons;
    },
    close: () => connection.close(),
  };
}

async function writeOnce(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    "select has_database_privilege(current_database(), 'temporary') as may",
  );
  await client.query(writesEveryTable);
  if (rows[0]?.may) await client.query(takeRoom);
  await client.query(writeRecord);
  const pending = await pendingMigrations(drizzle({ client }));
  if (pending.length > 0) throw new NotReady('migrations missing');
}
