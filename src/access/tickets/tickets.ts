import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement } from '../../postgres/statement.ts';
import { sha256 } from '../../sha256.ts';
import { streamTickets } from './stream-ticket.table.ts';

export const ticketSeconds = 30;

const form = /^[\w-]{43}$/;

// By the database's clock, which all instances share. Each that is given takes along those that nobody has used.
const give = statement(
  'give_stream_ticket',
  sql`with gone as (delete from ${streamTickets} where ${streamTickets.expiresAt} < clock_timestamp())
    insert into ${streamTickets} (ticket_hash, key_hash, expires_at) values (${sql.placeholder('ticket')}, ${sql.placeholder('key')},
      clock_timestamp() + make_interval(secs => ${ticketSeconds}))`,
);

const take = statement<{ keyHash: Buffer; isValid: boolean }>(
  'take_stream_ticket',
  sql`delete from ${streamTickets} where ${streamTickets.ticketHash} = ${sql.placeholder('ticket')}
    returning ${streamTickets.keyHash} as "keyHash", ${streamTickets.expiresAt} >= clock_timestamp() as "isValid"`,
);

/** A new ticket for what was presented for a key, by its hash. */
export async function giveTicket(pool: pg.Pool, keyHash: Buffer): Promise<string> {
  const ticket = randomBytes(32).toString('base64url');
  await give(pool, { ticket: sha256(ticket), key: keyHash });
  return ticket;
}

/** Of which key a ticket is, which is used up by that; null: none, or not any more. */
export async function takeTicket(pool: pg.Pool, ticket: string): Promise<Buffer | null> {
  if (!form.test(ticket)) return null;
  const [row] = await take(pool, { ticket: sha256(ticket) });
  return row?.isValid ? row.keyHash : null;
}
