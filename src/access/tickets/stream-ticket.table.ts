import { pgTable } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../../postgres/columns.ts';

/** What stands for a key in an address, once: all instances of a database share them. */
export const streamTickets = pgTable('stream_tickets', {
  /** SHA-256. */
  ticketHash: bytes('ticket_hash').primaryKey(),
  /** Of what was presented for a key where it was given. */
  keyHash: bytes('key_hash').notNull(),
  expiresAt: instant('expires_at').notNull(),
});
