import { asc, getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { type Account, accounts } from '../../src/accounts/account.table.ts';
import { type Call, calls, type NewCall } from '../../src/calls/call.table.ts';
import type { Database } from '../../src/postgres/client.ts';

type TableWithId = PgTable & { id: PgColumn };

let made = 0;

/** A call that can be inserted: one that came in and was answered, unless told otherwise. */
export function aCall(told: Partial<NewCall> & Pick<NewCall, 'accountId'>): NewCall {
  made += 1;
  const startedAt = told.startedAt ?? '2026-01-05T10:00:00.000Z';
  const isOver = (told.status ?? 'COMPLETED') === 'COMPLETED';
  return {
    callSid: `call-${made}`,
    direction: 'INBOUND',
    status: 'COMPLETED',
    disposition: isOver ? 'ANSWERED' : null,
    outcome: isOver ? 'ANSWERED' : null,
    startedAt,
    createdAt: startedAt,
    updatedAt: startedAt,
    ...told,
  };
}

/** Inserts calls, however many, with one statement; they come back in the order given. */
export function insertCalls(db: Database, rows: readonly NewCall[]): Promise<Call[]> {
  return insertRows(db, calls, rows);
}

/** Inserts an account beside the default one. */
export async function insertAccount(db: Database, told: Partial<Account> & Pick<Account, 'name'>): Promise<Account> {
  const [account] = await insertRows(db, accounts, [{ timeZone: 'Asia/Kolkata', region: 'IN', ...told }], {
    createdAt: '2026-01-01T00:00:00.000Z',
    provider: 'callerdesk',
    outgoingAgentLeg: 'LEG_A',
  });
  return account as Account;
}

/**
 * Inserts rows of any table that has an id, with one statement; they come back in the order given. A name gets the key
 * by which lists order it.
 */
export async function insertRows<Table extends TableWithId>(
  db: Database,
  table: Table,
  rows: readonly Partial<Table['$inferInsert']>[],
  defaults: Partial<Table['$inferInsert']> = {},
): Promise<Table['$inferSelect'][]> {
  if (rows.length === 0) return [];
  const columns: Record<string, PgColumn> = getTableColumns(table);
  const written = rows.map((row) => columnValues(columns, { ...defaults, ...row }));
  const names = [...new Set(written.flatMap((row) => Object.keys(row)))];
  const list = sql.join(
    names.map((name) => sql.identifier(name)),
    sql`, `,
  );
  const inserted = await db.execute<{ id: string }>(
    sql`insert into ${table} (${list})
        select ${list} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(written)}::jsonb) returning id`,
  );
  const ids = inserted.rows.map(({ id }) => Number(id));
  // The table decides the shape of its rows.
  return db
    .select()
    .from(table as PgTable)
    .where(sql`${table.id} = any(${sql.param(ids)}::bigint[])`)
    .orderBy(asc(table.id)) as unknown as Promise<Table['$inferSelect'][]>;
}

function columnValues(columns: Record<string, PgColumn>, row: Record<string, unknown>): Record<string, unknown> {
  const named = 'nameKey' in columns && 'name' in row ? { nameKey: lowered(row.name) } : {};
  const entries = Object.entries({ ...named, ...row }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [(columns[key] as PgColumn).name, value]));
}

function lowered(name: unknown): string | null {
  return typeof name === 'string' ? name.toLowerCase() : null;
}
