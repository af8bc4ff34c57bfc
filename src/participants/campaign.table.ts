import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { codePointText, instant } from '../postgres/columns.ts';

/** A click-to-call campaign: the provider's campid. */
export const campaigns = pgTable(
  'campaigns',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    campaignCode: text('campaign_code').notNull(),
    name: text(),
    nameKey: codePointText('name_key'),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    uniqueIndex('campaigns_account_code').on(t.accountId, t.campaignCode),
    index('campaigns_name').on(t.nameKey, t.id),
  ],
);

export type Campaign = typeof campaigns.$inferSelect;
