import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { codePointText, instant } from '../postgres/columns.ts';

/** A group of agents that calls are offered to, known by its exact name. */
export const callGroups = pgTable(
  'call_groups',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    name: text().notNull(),
    nameKey: codePointText('name_key').notNull(),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    uniqueIndex('call_groups_account_name').on(t.accountId, t.name),
    index('call_groups_name').on(t.nameKey, t.id),
  ],
);

export type CallGroup = typeof callGroups.$inferSelect;
