import { integer, pgTable } from 'drizzle-orm/pg-core';
import { instant } from '../../postgres/columns.ts';

/** How far those who write calls of an account have come. */
export const writeMarks = pgTable('write_marks', {
  accountId: integer('account_id').primaryKey(),
  /** Up to which moment writers have been given an updatedAt: none is later. */
  givenUpTo: instant('given_up_to').notNull(),
  /** Whoever writes from now on is given a later moment. Null: any. */
  closedThrough: instant('closed_through'),
  /** Every change and every end of a call up to here is in the copy that is kept of the calls. Null: there is none. */
  followedThrough: instant('followed_through'),
});
