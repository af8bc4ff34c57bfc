import type { Logger } from 'pino';
import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { type Instant, msOf } from '../time/instant.ts';

const minute = 60_000;
const quarterHour = 15 * minute;
/** Between the making of the call's id and its start lie seconds; zones differ by quarter hours, by 26 hours at most. */
const tolerance = 2 * minute;
const widest = 26 * 60 * minute;
const hour = 60 * minute;

/**
 * By how many minutes the start that was sent, read in the account's zone, is off the one that the call's id tells in
 * UTC, where that looks like another zone: quarter hours, more than ten minutes. 0 if it does not; null if nothing tells.
 */
export function minutesOff(sidStartedAt: Instant | null, sentStartedAt: Instant | null): number | null {
  if (sidStartedAt === null || sentStartedAt === null) return null;
  const off = msOf(sentStartedAt) - msOf(sidStartedAt);
  const nearest = Math.round(off / quarterHour) * quarterHour;
  const isZone = nearest !== 0 && Math.abs(nearest) <= widest && Math.abs(off - nearest) <= tolerance;
  return isZone ? nearest / minute : 0;
}

type Count = { off: number; of: number; warnedAt: number };

/** Counts the reports of each account that tell of a wrong time zone, and warns of them once an hour. */
export class ZoneCheck {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #now: () => number;
  readonly #counts = new Map<number, Count>();

  constructor(log: Pick<Logger, 'warn'>, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  see(account: Account, facts: Pick<CallFacts, 'kind' | 'direction' | 'sidStartedAt' | 'sentStartedAt'>): void {
    if (facts.kind !== 'REPORT' || facts.direction === 'OUTBOUND') return;
    const minutes = minutesOff(facts.sidStartedAt, facts.sentStartedAt);
    if (minutes === null) return;
    const count = this.#countOf(account.id);
    count.of += 1;
    if (minutes === 0) return;
    count.off += 1;
    const now = this.#now();
    if (now - count.warnedAt < hour) return;
    count.warnedAt = now;
    const { id, timeZone } = account;
    this.#log.warn(
      { account: id, timeZone, minutesOff: minutes, reportsOff: count.off, reportsSeen: count.of },
      'the time zone of an account seems wrong: calls start at another time than their CallSid says',
    );
  }

  #countOf(account: number): Count {
    let count = this.#counts.get(account);
    if (!count) {
      count = { off: 0, of: 0, warnedAt: Number.NEGATIVE_INFINITY };
      this.#counts.set(account, count);
    }
    return count;
  }
}
