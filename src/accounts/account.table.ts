import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../postgres/columns.ts';

export const legEnum = pgEnum('call_leg', ['LEG_A', 'LEG_B']);

/** One login at the provider that sends its deliveries here. Its settings decide how they are read. */
export const accounts = pgTable('accounts', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  /** A provider's name: whose words its deliveries, files and list are in. */
  provider: text().notNull().default('callerdesk'),
  timeZone: text('time_zone').notNull(),
  /** ISO 3166 region in which numbers without a country code are read. */
  region: text().notNull(),
  /** Which leg of an outgoing call is the agent: integrations disagree. */
  outgoingAgentLeg: legEnum('outgoing_agent_leg').notNull().default('LEG_A'),
  /** What else its provider wants to know; only that reads it. */
  settings: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
  createdAt: instant('created_at').notNull().default(sql`now()`),
  /** Whether its calls are made up: those of npm run demo, which alone may delete the account. */
  isDemo: boolean('is_demo').notNull().default(false),
});

export type Account = typeof accounts.$inferSelect;

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
