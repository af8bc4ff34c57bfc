import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { codePointText, instant } from '../postgres/columns.ts';

/** Who answered or placed calls: one per number within an account, or per e-mail where no number is sent. */
export const agents = pgTable(
  'agents',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
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
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('agents_account_number').on(t.accountId, t.number),
    uniqueIndex('agents_account_email').on(t.accountId, t.email).where(sql`number is null`),
    index('agents_name').on(t.nameKey, t.id),
  ],
);

export type Agent = typeof agents.$inferSelect;

/** A click-to-call campaign: the provider's campid. */
export const campaigns = pgTable(
  'campaigns',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
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
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('campaigns_account_code').on(t.accountId, t.campaignCode),
    index('campaigns_name').on(t.nameKey, t.id),
  ],
);

export type Campaign = typeof campaigns.$inferSelect;

/** A group of agents that calls are offered to, known by its exact name. */
export const callGroups = pgTable(
  'call_groups',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    name: text().notNull(),
    nameKey: codePointText('name_key').notNull(),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('call_groups_account_name').on(t.accountId, t.name),
    index('call_groups_name').on(t.nameKey, t.id),
  ],
);

export type CallGroup = typeof callGroups.$inferSelect;

/** A DID: a number of the account that customers call, or that calls are placed from. */
export const virtualNumbers = pgTable(
  'virtual_numbers',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
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
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('virtual_numbers_account_number').on(t.accountId, t.number),
    index('virtual_numbers_name').on(t.nameKey, t.id),
  ],
);

export type VirtualNumber = typeof virtualNumbers.$inferSelect;

/** A person outside, known by number. */
export const customers = pgTable(
  'customers',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** No foreign key: it would be checked for each new customer, and no account is ever deleted. */
    accountId: integer('account_id').notNull(),
    /** Null once erased. */
    number: text(),
    /** Stands for the number where that may not be seen: 12 characters, made with the row. Null once erased. */
    pseudonym: text().default(
      sql`translate(left(encode(sha256(uuid_send(gen_random_uuid())), 'base64'), 12), '+/', '-_')`,
    ),
    name: text(),
    nameKey: codePointText('name_key'),
    firstCallAt: instant('first_call_at'),
    lastCallAt: instant('last_call_at'),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('customers_number').on(t.number, t.accountId),
    index('customers_name').on(t.nameKey, t.id),
    index('customers_last_call').on(t.lastCallAt, t.id),
  ],
);

export type Customer = typeof customers.$inferSelect;

/** Who and what takes part in calls, by the names of their types. */
export type ParticipantRows = {
  Agent: Agent;
  Campaign: Campaign;
  CallGroup: CallGroup;
  VirtualNumber: VirtualNumber;
  Customer: Customer;
};
export type ParticipantType = keyof ParticipantRows;
