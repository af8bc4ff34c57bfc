import { boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '../postgres/columns.ts';

/**
 * Which accounts a role of the database sees in the views of the schema bi: these read it by session_user. A role that is not
 * here sees no row.
 */
export const biRoleAccounts = pgTable(
  'bi_role_accounts',
  {
    roleName: text('role_name').notNull(),
    accountId: integer('account_id').notNull(),
    /** Whether it may read bi.calls, too; the right itself is the database's. */
    seesNumbers: boolean('sees_numbers').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roleName, t.accountId] })],
);
