import { integer, pgTable } from 'drizzle-orm/pg-core';
import { instant } from '../../postgres/columns.ts';

/** Up to which moment those who write calls of an account have been given an updatedAt: none is later. */
export const writeMarks = pgTable('write_marks', {
  accountId: integer('account_id').primaryKey(),
  givenUpTo: instant('given_up_to').notNull(),
});
