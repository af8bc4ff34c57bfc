import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import { retentionWaits as waits } from './retention-wait.table.ts';

export const retentionKinds = ['CALLS', 'DELIVERIES', 'ACCESS_LOG'] as const;
export type RetentionKind = (typeof retentionKinds)[number];
export type RetentionWait = { kind: RetentionKind; since: Instant; why: string };

const insert = statement(
  'start_retention_wait',
  sql`insert into ${waits} (kind, since, why)
    values (${sql.placeholder('kind')}, ${sql.placeholder('since')}, ${sql.placeholder('why')})
    on conflict (kind) do update set why = excluded.why`,
);
const remove = statement('end_retention_wait', sql`delete from ${waits} where kind = ${sql.placeholder('kind')}`);
const find = statement<RetentionWait>(
  'find_retention_waits',
  sql`select ${waits.kind} as kind, ${waits.since} as since, ${waits.why} as why from ${waits} order by 1`,
);

/** Notes, for all instances and for who asks, that something is not deleted. */
export async function startWait(on: Transaction, wait: RetentionWait): Promise<void> {
  await insert(on, wait);
}

export async function endWait(on: Transaction, kind: RetentionKind): Promise<void> {
  await remove(on, { kind });
}

export function findWaits(on: Transaction): Promise<RetentionWait[]> {
  return find(on, {});
}
