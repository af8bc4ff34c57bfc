import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { codePointText, instant } from '../postgres/columns.ts';

/** A DID: a number of the account that customers call, or that calls are placed from. */
export const virtualNumbers = pgTable(
  'virtual_numbers',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    number: text().notNull(),
    name: text(),
    nameKey: codePointText('name_key'),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    uniqueIndex('virtual_numbers_account_number').on(t.accountId, t.number),
    index('virtual_numbers_name').on(t.nameKey, t.id),
  ],
);

export type VirtualNumber = typeof virtualNumbers.$inferSelect;
