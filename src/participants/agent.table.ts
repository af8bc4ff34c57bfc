import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { codePointText, instant } from '../postgres/columns.ts';

/** Who answered or placed calls: one per number within an account, or per e-mail where no number is sent. */
export const agents = pgTable(
  'agents',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    number: text(),
    /** Lower case; tells agents without a number apart. */
    email: text(),
    /** What is shown: the name given here, else the newest one sent. */
    name: text(),
    sentName: text('sent_name'),
    /** Wins over what is sent, until it is taken back. */
    givenName: text('given_name'),
    /** The name in lower case: what lists are ordered by. */
    nameKey: codePointText('name_key'),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    uniqueIndex('agents_account_number').on(t.accountId, t.number),
    uniqueIndex('agents_account_email').on(t.accountId, t.email).where(sql`number is null`),
    index('agents_name').on(t.nameKey, t.id),
  ],
);

export type Agent = typeof agents.$inferSelect;
