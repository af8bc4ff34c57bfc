import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../../postgres/columns.ts';
import type { Scope } from '../viewer.ts';

/** Keys of the API. Never are all of them deleted: that there was one decides whether keys are required. */
export const apiKeys = pgTable('api_keys', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  scopes: text().array().$type<Scope[]>().notNull(),
  /** Null: all accounts, later ones too. */
  accountIds: integer('account_ids').array(),
  /** Whether only documents that the service holds may be asked with it. */
  documentsOnly: boolean('documents_only').notNull().default(false),
  /** What its questions may cost a minute; null: what the service allows each key. */
  budget: integer(),
  createdAt: instant('created_at').notNull(),
  /** The name of the key that made it, or of whoever else did. */
  createdBy: text('created_by').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
});

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** What is presented for a key, hashed; several are valid at once, so that they can be rotated. */
export const apiKeySecrets = pgTable(
  'api_key_secrets',
  {
    keyId: integer('key_id')
      .notNull()
      .references(() => apiKeys.id),
    /** SHA-256. */
    secretHash: bytes('secret_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.secretHash] }), index('api_key_secrets_key').on(t.keyId)],
);

/** Keys of the service's own, by what they are for, made when the tables are: whoever has the database has them. */
export const serviceKeys = pgTable('service_keys', {
  purpose: text().$type<'ids' | 'cursors'>().primaryKey(),
  key: bytes().notNull().default(sql`sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))`),
});

export type ServiceKeyRow = typeof serviceKeys.$inferSelect;
