import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement } from '../../postgres/statement.ts';
import { type AccessLogRow, accessLog } from './access-log.table.ts';

/** A question, and what came of it. */
export type AskedEntry = Pick<
  AccessLogRow,
  | 'at'
  | 'viewer'
  | 'accountIds'
  | 'operationType'
  | 'operationName'
  | 'requestedCost'
  | 'actualCost'
  | 'rows'
  | 'status'
  | 'code'
  | 'requestId'
>;

const insert = statement(
  'write_access_log',
  sql`insert into ${accessLog}
    (at, viewer, account_ids, operation_type, operation_name, requested_cost, actual_cost, rows, status, code, request_id)
    select "at", "viewer", "accountIds", "operationType", "operationName", "requestedCost", "actualCost", "rows", "status", "code",
      "requestId"
    from jsonb_to_recordset(${sql.placeholder('entries')}::jsonb) as asked("at" timestamptz, "viewer" text, "accountIds" integer[],
      "operationType" text, "operationName" text, "requestedCost" integer, "actualCost" integer, "rows" integer, "status" integer,
      "code" text, "requestId" text)`,
);

/** Writes entries of questions, in that order, with one statement. */
export async function writeEntries(pool: pg.Pool, entries: readonly AskedEntry[]): Promise<void> {
  await insert(pool, { entries: JSON.stringify(entries) });
}
