import { sql } from 'drizzle-orm';
import { lockAccount } from '../../accounts/lock-account.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { type Clock, type Instant, instantOf, msOf } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import { endedCalls } from '../merge/ended-call.table.ts';
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
type Marks = Record<'all' | 'own' | 'closed' | 'changed' | 'removed', Instant | null>;
// The last two by an index each: the newest moments of the account that were committed. They are looked up once the lock is
// held, for this statement's snapshot is taken when it is run.
const findMarks = statement<Marks>(
  'find_write_marks',
  sql`select max(given_up_to) as "all", max(given_up_to) filter (where ${isOwn}) as own,
      max(closed_through) filter (where ${isOwn}) as closed,
      (select max(updated_at) from ${calls} where ${isOwn}) as changed,
      (select max(removed_at) from ${endedCalls} where ${isOwn}) as removed
    from ${writeMarks}`,
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
 * (docs/decisions/0036). Of one account it is later than that of every change and every end that was committed before: whoever
 * has read everything up to a moment finds the rest by what is later. And it is always later than what has been closed for the
 * account (closeMoments).
 */
export async function lockForWriting(on: Transaction, account: number, clock: Clock): Promise<Instant> {
  const { own, moment, newest } = await lockAt(on, account, clock);
  return give(on, { account, own, ms: Math.max(moment, newest + 1) });
}

/** The same for whoever writes no call, but closes a moment: it may be that of the last change, or one before it. */
export async function lockForClosing(on: Transaction, account: number, clock: Clock): Promise<Instant> {
  const { own, moment } = await lockAt(on, account, clock);
  return give(on, { account, own, ms: moment });
}

/** `moment`: what the clock and the marks say; `newest`: of the account's last change or end; `own`: the account's mark. */
type Locked = { moment: number; newest: number; own: Instant | null };

async function lockAt(on: Transaction, account: number, clock: Clock): Promise<Locked> {
  const [, [gate], [marks]] = await Promise.all([
    lockAccount(on, account),
    passGate(on, { now: clock() }),
    findMarks(on, { account }),
  ]);
  if (!gate || !marks) throw new Error('a statement without a condition gave no row');
  const { all, own, closed, changed, removed } = marks;
  return {
    own,
    moment: Math.max(msOf(gate.at), msOrNever(all) - aheadMs, msOrNever(closed) + 1),
    newest: Math.max(msOrNever(changed), msOrNever(removed)),
  };
}

async function give(
  on: Transaction,
  { account, own, ms }: { account: number; own: Instant | null; ms: number },
): Promise<Instant> {
  const now = instantOf(ms);
  if (own === null || now > own) await setMark(on, { account, upTo: instantOf(ms + aheadMs) });
  return now;
}

const msOrNever = (moment: Instant | null) => (moment === null ? Number.NEGATIVE_INFINITY : msOf(moment));
