import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { codePointText, instant } from '../postgres/columns.ts';

/** A person outside, known by number. */
export const customers = pgTable(
  'customers',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** No foreign key: it would be checked for each new customer, and no account is ever deleted. */
    accountId: integer('account_id').notNull(),
    /** Null once erased. */
    number: text(),
    name: text(),
    nameKey: codePointText('name_key'),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    uniqueIndex('customers_number').on(t.number, t.accountId),
    index('customers_name').on(t.nameKey, t.id),
    index('customers_last_call').on(t.lastCallAt, t.id),
  ],
);

export type Customer = typeof customers.$inferSelect;
