import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../../postgres/columns.ts';
import type { NodeType } from '../../query/global-id.ts';

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
    /** Null where it was not known. */
    operationType: text('operation_type', { enum: ['QUERY', 'MUTATION', 'SUBSCRIPTION'] }),
    /** As the document names it, masked, 64 characters at most. */
    operationName: text('operation_name'),
    /** By which the lines of the log tell of it; null for changes, and where it was not noted. */
    requestId: text('request_id'),
    /** What was changed or erased, such as "name of agent given"; null for questions. */
    change: text(),
    /** The row that was changed, where one has an id. */
    changedType: text('changed_type').$type<NodeType>(),
    changedId: bigint('changed_id', { mode: 'number' }),
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
