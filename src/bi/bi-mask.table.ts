import { boolean, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * By which patterns the views of the schema bi mask, in one row: the service writes its own, for which characters there are is known
 * to it. Without the row these views are empty.
 */
export const biMasks = pgTable('bi_masks', {
  isOnly: boolean('is_only').primaryKey().default(true),
  /** An e-mail address in a text. */
  address: text().notNull(),
  /** What may be a number in a text. */
  digitRun: text('digit_run').notNull(),
  /** The digits that ASCII has not, and at the same places those that it has for them. */
  otherDigits: text('other_digits').notNull(),
  asciiDigits: text('ascii_digits').notNull(),
  /** By the first three digits of a number, from 000 to 999, how many of them are the code of its country. */
  codeLengths: text('code_lengths').notNull(),
  /** A letter at the beginning; a point and letters at the end. */
  firstLetter: text('first_letter').notNull(),
  ending: text().notNull(),
});
