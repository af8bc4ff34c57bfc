import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { SentStatements } from '../../postgres/sent-statements.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Clock, Instant } from '../../time/instant.ts';
import { lockForClosing } from './lock-for-writing.ts';
import { writeMarks } from './write-mark.table.ts';

const close = statement(
  'close_moments',
  sql`update ${writeMarks} set closed_through = ${sql.placeholder('through')}
    where ${writeMarks.accountId} = ${sql.placeholder('account')}`,
);
const follow = statement(
  'note_followed_moments',
  sql`update ${writeMarks} set followed_through = ${sql.placeholder('through')}
    where ${writeMarks.accountId} = ${sql.placeholder('account')}`,
);

/**
 * For whoever keeps a copy of the calls: a moment such that, once the transaction is committed, every change and every end of
 * a call up to it is committed, and all that is written from then on is later.
 */
export async function closeMoments(client: pg.ClientBase, account: number, clock: Clock): Promise<Instant> {
  const on = new SentStatements(client);
  const at = await lockForClosing(on, account, clock);
  await close(on, { account, through: at });
  return at;
}

/** Notes that a copy has taken everything up to a closed moment: what ended until then need not be kept for it. */
export async function noteFollowed(on: Transaction, account: number, through: Instant): Promise<void> {
  await follow(on, { account, through });
}
