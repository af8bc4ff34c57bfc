import { sql } from 'drizzle-orm';
import { lockAccount } from '../../accounts/lock-account.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { type Clock, type Instant, instantOf, msOf } from '../../time/instant.ts';
import { writeMarks } from './write-mark.table.ts';

/** A mark is set so far ahead that it need not be written with every group. */
const aheadMs = 10_000;
/** Whoever would get a moment so far behind the marks waits until nobody is writing any more. */
const leapMs = 20_000;

const leapt = sql`hashtext('call-analytics clock'), 0`;

// Shared by all who write, whatever the account; alone only where the clock has leapt, or nobody wrote for a while.
const passGate = statement<{ at: Instant }>(
  'pass_gate_of_moments',
  sql`select at, case when at > given + interval '${sql.raw(String(leapMs))} milliseconds'
      then pg_advisory_xact_lock(${leapt}) else pg_advisory_xact_lock_shared(${leapt}) end as passed
    from (select coalesce(${sql.placeholder('now')}::timestamptz, clock_timestamp())::timestamptz(3) as at,
        max(${writeMarks.givenUpTo}) as given from ${writeMarks}) as clock`,
);

const isOwn = sql`account_id = ${sql.placeholder('account')}`;
const findMarks = statement<{ all: Instant | null; own: Instant | null; closed: Instant | null }>(
  'find_write_marks',
  sql`select max(given_up_to) as "all", max(given_up_to) filter (where ${isOwn}) as own,
      max(closed_through) filter (where ${isOwn}) as closed from ${writeMarks}`,
);

const setMark = statement(
  'set_write_mark',
  sql`insert into ${writeMarks} (account_id, given_up_to)
    values (${sql.placeholder('account')}, ${sql.placeholder('upTo')})
    on conflict (account_id) do update set given_up_to = excluded.given_up_to`,
);

/**
 * Waits for an account's lock, and tells the moment of what is written under it. It is hardly ever behind one that anybody
 * was given before, of any account, whatever the clocks did: whoever pulls by updatedAt with an overlap of a minute sees all
 * (docs/decisions/0036). And it is always later than what has been closed for the account (closeMoments): whoever has read
 * everything up to there finds the rest by its moment.
 */
export async function lockForWriting(on: Transaction, account: number, clock: Clock): Promise<Instant> {
  const [, [gate], [marks]] = await Promise.all([
    lockAccount(on, account),
    passGate(on, { now: clock() }),
    findMarks(on, { account }),
  ]);
  if (!gate || !marks) throw new Error('a statement without a condition gave no row');
  const { all, own, closed } = marks;
  const now = instantOf(
    Math.max(
      msOf(gate.at),
      all === null ? Number.NEGATIVE_INFINITY : msOf(all) - aheadMs,
      closed === null ? Number.NEGATIVE_INFINITY : msOf(closed) + 1,
    ),
  );
  if (own === null || now > own) await setMark(on, { account, upTo: instantOf(msOf(now) + aheadMs) });
  return now;
}
