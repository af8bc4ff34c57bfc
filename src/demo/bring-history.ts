import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { lockAccount } from '../accounts/lock-account.ts';
import { calls } from '../calls/call.table.ts';
import type { ImportCounts } from '../imports/import-counts.ts';
import { importRows } from '../imports/import-rows.ts';
import { campaigns, customers, virtualNumbers } from '../participants/participants.table.ts';
import { inTransaction, statement } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';
import type { Instant } from '../time/instant.ts';
import { demoRows } from './demo-rows.ts';
import type { PreparedAccount } from './prepare-accounts.ts';

const findLast = statement<{ at: Instant | null }>(
  'find_last_start',
  sql`select max(${calls.startedAt}) as at from ${calls} where ${calls.accountId} = ${sql.placeholder('account')}`,
);

/** By what the provider tells of each: its campaign's code, or its number. */
const nameRows = Object.fromEntries(
  [
    { kind: 'campaigns', table: campaigns, key: campaigns.campaignCode },
    { kind: 'numbers', table: virtualNumbers, key: virtualNumbers.number },
    { kind: 'customers', table: customers, key: customers.number },
  ].map(({ kind, table, key }) => [
    kind,
    statement(
      `name_demo_${kind}`,
      sql`update ${table} set name = told.name, name_key = lower(told.name)
        from unnest(${sql.placeholder('keys')}::text[], ${sql.placeholder('names')}::text[]) as told(key, name)
        where ${table}.account_id = ${sql.placeholder('account')} and ${key} = told.key and ${table}.name is null`,
    ),
  ]),
) as Record<'campaigns' | 'numbers' | 'customers', ReturnType<typeof statement>>;

export type HistoryInput = {
  providers: Providers;
  seed: number;
  days: number;
  now: number;
  signal?: AbortSignal;
  /** Told how many rows are written so far. */
  onProgress?: (rows: number) => void;
};

/**
 * Brings the made-up calls of an account up to now as an import does: all days where there is no call yet, else those since
 * the latest one.
 */
export async function bringHistory(
  pool: pg.Pool,
  { account, made }: PreparedAccount,
  { providers, seed, days, now, signal, onProgress }: HistoryInput,
): Promise<ImportCounts> {
  const [last] = await findLast(pool, { account: account.id });
  const after = last?.at == null ? null : Date.parse(last.at);
  const counts = await importRows(pool, {
    account,
    providers,
    rows: eachRow(demoRows(made, { seed, days, after, until: now })),
    form: 'IMPORT',
    ...(signal && { signal }),
    onProgress: ({ rows }) => onProgress?.(rows),
  });
  await nameThem(pool, account.id, made);
  return counts;
}

async function* eachRow<Row>(rows: Iterable<Row>): AsyncGenerator<Row> {
  yield* rows;
}

async function nameThem(pool: pg.Pool, account: number, made: PreparedAccount['made']): Promise<void> {
  const { company, campaignNames, numberNames, customerNames } = made;
  const customerNumbers = customerNames.map((_, i) => company.customerNumber(i));
  await inTransaction(pool, async (on) => {
    await lockAccount(on, account);
    await nameRows.campaigns(on, { account, keys: company.campaigns, names: campaignNames });
    await nameRows.numbers(on, { account, keys: company.numbers, names: numberNames });
    await nameRows.customers(on, { account, keys: customerNumbers, names: customerNames });
  });
}
