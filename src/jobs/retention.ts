import type pg from 'pg';
import type { Logger } from 'pino';
import { deleteOldEntries } from '../access/log/delete-old-entries.ts';
import { deleteOldCalls } from '../calls/write/delete-old-calls.ts';
import { describeFailure } from '../failures.ts';
import { deleteOldEvents } from '../inbox/delete-old-events.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { findClocks, wouldDeleteMost } from './find-retention.ts';
import { endWait, findWaits, type RetentionKind, retentionKinds, startWait } from './retention-waits.ts';

export type RetentionSettings = {
  /** Absent: kept for ever. */
  RETENTION_EVENTS_DAYS?: number | undefined;
  RETENTION_CALLS_DAYS?: number | undefined;
  RETENTION_ACCESS_LOG_DAYS?: number | undefined;
};

/** Of the service, in milliseconds: the time of day, which may step, and one that only goes on. */
export type Clocks = { now: () => number; steady: () => number };
export const systemClocks: Clocks = { now: Date.now, steady: () => performance.now() };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const words: Record<RetentionKind, string> = {
  CALLS: 'calls',
  DELIVERIES: 'deliveries',
  ACCESS_LOG: 'entries of the access log',
};
const goOn = 'If that is right, npm run expire shows what would go, and npm run expire -- --yes deletes it.';

/**
 * Deletes what is old. A clock that is wrong must not delete everything: where it may be, and most would go, nothing does
 * until somebody says so.
 */
export class Retention {
  readonly #pool: pg.Pool;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #clocks: Clocks;
  readonly #begun: { now: number; steady: number };
  /** How many whole days are kept, of what is not kept for ever. */
  readonly days: ReadonlyMap<RetentionKind, number>;

  constructor(pool: pg.Pool, settings: RetentionSettings, log: Pick<Logger, 'warn'>, clocks = systemClocks) {
    this.#pool = pool;
    this.#log = log;
    this.#clocks = clocks;
    this.#begun = { now: clocks.now(), steady: clocks.steady() };
    const days = [
      ['DELIVERIES', settings.RETENTION_EVENTS_DAYS],
      ['CALLS', settings.RETENTION_CALLS_DAYS],
      ['ACCESS_LOG', settings.RETENTION_ACCESS_LOG_DAYS],
    ] as const;
    this.days = new Map(days.flatMap(([kind, count]) => (count === undefined ? [] : [[kind, count]])));
  }

  /** Looks whether anything waits, before deliveries come and tell a new time. */
  async check(): Promise<void> {
    try {
      for (const kind of retentionKinds) {
        if (this.days.has(kind)) await this.#mayDelete(kind);
        else await endWait(this.#pool, kind);
      }
    } catch (error) {
      // The first run asks again; a start must not end for it.
      this.#log.warn({ failure: describeFailure(error) }, 'whether retention has to wait could not be found out');
    }
  }

  /** Deletes what is old of a kind, unless it has to wait; how many. */
  async run(kind: RetentionKind, signal: AbortSignal): Promise<number> {
    if (!(await this.#mayDelete(kind))) return 0;
    return deleteBefore(this.#pool, kind, this.#before(kind), signal);
  }

  #before(kind: RetentionKind): Instant {
    return beforeOf(this.#clocks.now(), this.days.get(kind) ?? 0);
  }

  async #mayDelete(kind: RetentionKind): Promise<boolean> {
    const why = await this.#whyWait(kind);
    if (why === null) await endWait(this.#pool, kind);
    else {
      await startWait(this.#pool, { kind, since: instantOf(this.#clocks.now()), why });
      this.#log.warn({ kind }, why);
    }
    return why === null;
  }

  async #whyWait(kind: RetentionKind): Promise<string | null> {
    const { difference, newest } = await findClocks(this.#pool, this.#clocks.now);
    if (Math.abs(difference) > minuteMs) {
      return `Old ${words[kind]} are not deleted: the clocks of the service and of the database are ${seconds(difference)} apart. Set them right; it goes on by itself.`;
    }
    const now = this.#clocks.now();
    const { now: begunAt, steady } = this.#begun;
    const stepped = now - begunAt - (this.#clocks.steady() - steady);
    const isLate = newest === null || now - msOf(newest) > dayMs;
    // Deliveries that came after a wrong clock had been taken for right say nothing: what waits goes on waiting.
    const isWaiting = (await findWaits(this.#pool)).some((wait) => wait.kind === kind);
    if (!isLate && Math.abs(stepped) <= minuteMs && !isWaiting) return null;
    if (!(await wouldDeleteMost(this.#pool, kind, this.#before(kind)))) return null;
    return `Old ${words[kind]} are not deleted: more than half of all would go, and the clock says ${instantOf(now)}, ${
      newest === null ? 'with no delivery so far' : `the newest delivery ${newest}`
    }. ${goOn}`;
  }
}

/** What is older than so many whole days. */
export function beforeOf(now: number, days: number): Instant {
  return instantOf(Math.floor(now - days * dayMs));
}

const deleteOld = { CALLS: deleteOldCalls, DELIVERIES: deleteOldEvents, ACCESS_LOG: deleteOldEntries };

export function deleteBefore(
  pool: pg.Pool,
  kind: RetentionKind,
  before: Instant,
  signal: AbortSignal,
): Promise<number> {
  return deleteOld[kind](pool, { before, signal });
}

function seconds(ms: number): string {
  return `${Math.round(Math.abs(ms) / 1000)} seconds`;
}
