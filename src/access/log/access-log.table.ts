import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../../postgres/columns.ts';

/** Who asked what, and who changed what: never with values. */
export const accessLog = pgTable(
  'access_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull(),
    /** The name of the key; of those without one, what they are. */
    viewer: text().notNull(),
    /** The accounts of the viewer; null: all. */
    accountIds: integer('account_ids').array(),
    /** QUERY, MUTATION or SUBSCRIPTION; null where it was not known. */
    operationType: text('operation_type'),
    /** As the document names it, masked, 64 characters at most. */
    operationName: text('operation_name'),
    /** What was changed or erased, such as "api key bi"; null for questions. */
    change: text(),
    requestedCost: integer('requested_cost'),
    actualCost: integer('actual_cost'),
    /** Objects and figures of the answer. */
    rows: integer(),
    /** Of HTTP. */
    status: integer(),
    /** Of the first error; null where there was none. */
    code: text(),
  },
  (t) => [index('access_log_at').on(t.at, t.id)],
);

export type AccessLogRow = typeof accessLog.$inferSelect;
