import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { DurableCommits } from '../db/durable-commits.ts';
import { AppError } from '../errors.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import type { FailureLog } from '../summed-log.ts';
import { instantOf } from '../time/instant.ts';
import type { EventState } from './webhook-event.table.ts';
import { type ReadDelivery, writeGroup } from './write-group.ts';

/** So many deliveries, and bytes of them, wait at most; what comes then is refused, for memory is not without end. */
const maxWaiting = 10_000;
const maxWaitingBytes = 64 * 1024 * 1024;
/** So many are written by one transaction at most. */
const maxGroup = 200;
/**
 * Fewer that wait go on waiting until the group before is on the disk: a group costs a dozen statements, however few it
 * has. Where some waited already when that was written, they wait for so long for others, too; so whoever sends the next
 * one when the one before was answered waits for nobody.
 */
const worthAGroup = 32;
const gatheringMs = 20;

const clock = () => instantOf(Date.now());

type Waiting = {
  delivery: ReadDelivery;
  resolve: (state: EventState) => void;
  reject: (error: unknown) => void;
};

type Lane = {
  account: Account;
  waiting: Waiting[];
  isWriting: boolean;
  /** Settles when the group that was written last is answered. */
  answered: Promise<void>;
  /** To be told when so many wait that they are worth a group. */
  onMany: (() => void) | null;
};

/**
 * Writes deliveries in groups: while one group is being committed the next one gathers, so that many deliveries share the
 * cost of a transaction. Those of one account are written one group after another, in order of arrival; the wait for the
 * disk is shared by all, and the next group waits for it only where it would be one of few.
 */
export class GroupWriter {
  readonly #pool: pg.Pool;
  readonly #log: FailureLog;
  readonly #commits: DurableCommits;
  readonly #lanes = new Map<number, Lane>();
  #waiting = 0;
  #waitingBytes = 0;

  constructor(pool: pg.Pool, log: FailureLog) {
    this.#pool = pool;
    this.#log = log;
    this.#commits = new DurableCommits(pool);
  }

  /** Settles once the delivery is committed. UNAVAILABLE where it cannot be: nothing of it is kept then. */
  write(account: Account, delivery: ReadDelivery): Promise<EventState> {
    const bytes = delivery.event.body.length;
    if (this.#waiting >= maxWaiting || this.#waitingBytes + bytes > maxWaitingBytes) {
      return Promise.reject(new AppError('UNAVAILABLE', 'Too many deliveries wait to be written. Send it again.'));
    }
    let lane = this.#lanes.get(account.id);
    if (!lane) {
      lane = { account, waiting: [], isWriting: false, answered: Promise.resolve(), onMany: null };
      this.#lanes.set(account.id, lane);
    }
    lane.account = account; // its settings may have changed
    const { waiting } = lane;
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    const written = new Promise<EventState>((resolve, reject) => {
      waiting.push({ delivery, resolve, reject });
    });
    if (waiting.length >= worthAGroup) lane.onMany?.();
    void this.#run(lane);
    return written;
  }

  async #run(lane: Lane): Promise<void> {
    if (lane.isWriting) return;
    lane.isWriting = true;
    while (lane.waiting.length > 0) {
      await this.#writeTogether(lane, lane.waiting.splice(0, maxGroup));
      await this.#gather(lane);
    }
    lane.isWriting = false;
  }

  /** Waits until those that wait are worth a group, or have waited long enough. */
  async #gather(lane: Lane): Promise<void> {
    if (lane.waiting.length >= worthAGroup) return;
    const many = new Promise<void>((resolve) => {
      lane.onMany = resolve;
    });
    const others = lane.waiting.length > 0 ? sleep(gatheringMs) : undefined;
    await Promise.race([Promise.all([lane.answered, others]), many]);
    lane.onMany = null;
  }

  async #writeTogether(lane: Lane, group: Waiting[]): Promise<void> {
    const { account } = lane;
    const deliveries = group.map(({ delivery }) => delivery);
    try {
      const states = await writeGroup(this.#pool, { account, deliveries, clock });
      lane.answered = this.#answer(group, states);
    } catch (error) {
      const expected = expectedFailure(error);
      if (expected) this.#refuse(group, expected);
      else if (group.length > 1) await this.#writeHalves(lane, group);
      else await this.#keepUnrecorded(account, group[0] as Waiting, error);
    }
  }

  /** One poisonous delivery must not fail its neighbours: it is found by halving. */
  async #writeHalves(lane: Lane, group: Waiting[]): Promise<void> {
    const middle = group.length >> 1;
    await this.#writeTogether(lane, group.slice(0, middle));
    await this.#writeTogether(lane, group.slice(middle));
  }

  async #keepUnrecorded(account: Account, waiting: Waiting, cause: unknown): Promise<void> {
    this.#log.error({ failure: describeFailure(cause) }, 'a delivery is kept, but could not be recorded');
    const reason = 'could not be recorded: see the log of that moment';
    const event = { ...waiting.delivery.event, state: 'UNREADABLE', reason } as const;
    await writeGroup(this.#pool, { account, deliveries: [{ event, facts: null }], clock }).then(
      (states) => void this.#answer([waiting], states),
      (error) => this.#refuse([waiting], error),
    );
  }

  async #answer(group: readonly Waiting[], states: readonly EventState[]): Promise<void> {
    try {
      await this.#commits.reached();
    } catch (error) {
      return this.#refuse(group, expectedFailure(error) ?? error);
    }
    this.#forget(group);
    for (const [i, { resolve }] of group.entries()) resolve(states[i] as EventState);
  }

  #refuse(group: readonly Waiting[], error: unknown): void {
    this.#forget(group);
    for (const { reject } of group) reject(error);
  }

  #forget(group: readonly Waiting[]): void {
    this.#waiting -= group.length;
    for (const { delivery } of group) this.#waitingBytes -= delivery.event.body.length;
  }
}
