import { index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../postgres/columns.ts';
import { accounts } from './account.table.ts';

/** The secrets of the webhook URLs of an account, hashed; several are valid at once, so that they can be rotated. */
export const accountSecrets = pgTable(
  'account_secrets',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    /** SHA-256. */
    secretHash: bytes('secret_hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.secretHash] }), index('account_secrets_account').on(t.accountId)],
);
