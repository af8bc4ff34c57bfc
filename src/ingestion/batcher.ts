import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { AppError } from '../errors.ts';
import { describeFailure, liesInDelivery } from '../failures.ts';
import type { EventState } from '../inbox/webhook-event.table.ts';
import type { Providers } from '../providers/providers.ts';
import type { FailureLog } from '../summed-log.ts';
import { databaseClock } from '../time/instant.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { recordBatch, writeHalving } from './record-batch.ts';

/** So many deliveries, and bytes of them, wait at most; what comes then is refused, for memory is not without end. */
const maxWaiting = 10_000;
const maxWaitingBytes = 64 * 1024 * 1024;
/** So many are written by one transaction at most. */
const maxGroup = 200;
/**
 * Fewer that wait when a group is answered wait for others, for so long: a group costs a dozen statements, however few it
 * has. Whoever comes when nobody waits is written at once.
 */
const worthAGroup = 32;
const gatheringMs = 3;

/**
 * So long after it came a delivery is refused, whatever it waits for: its sender waits no longer than 15 seconds. One whose
 * group is being written may be kept all the same.
 */
const answerWithinMs = 14_000;

type Waiting = {
  delivery: ReadDelivery;
  resolve: (state: EventState) => void;
  reject: (error: unknown) => void;
  late: NodeJS.Timeout;
  /** On the clock of this process. */
  sinceMs: number;
};

/** What is measured of the writing of deliveries. */
export type DeliveryMeter = {
  /** Told of each group that has become durable. */
  committed: (seconds: number, deliveries: number) => void;
};

/** Told of an account once deliveries to it have become durable. Nothing waits for it. */
export type OnWritten = (accountId: number) => void;

type Lane = {
  account: Account;
  waiting: Waiting[];
  /** Of the group that is being written. */
  writing: readonly Waiting[];
  isWriting: boolean;
  /** To be told when so many wait that they are worth a group. */
  onMany: (() => void) | null;
};

/**
 * Writes deliveries in groups: while one group is being committed the next one gathers, so that many deliveries share the
 * cost of a transaction. Those of one account are written one group after another, in order of arrival; accounts do not
 * wait for each other.
 */
export class DeliveryBatcher {
  readonly #pool: pg.Pool;
  readonly #log: FailureLog;
  readonly #providers: Providers;
  readonly #meter: DeliveryMeter | undefined;
  readonly #onWritten: OnWritten | undefined;
  readonly #lanes = new Map<number, Lane>();
  #waiting = 0;
  #waitingBytes = 0;

  constructor(
    pool: pg.Pool,
    log: FailureLog,
    providers: Providers,
    { meter, onWritten }: { meter?: DeliveryMeter | undefined; onWritten?: OnWritten | undefined } = {},
  ) {
    this.#meter = meter;
    this.#onWritten = onWritten;
    this.#pool = pool;
    this.#providers = providers;
    this.#log = log;
  }

  /** How many deliveries wait or are being written, and for how long the first of them. */
  get queue(): { length: number; oldestSeconds: number } {
    const firsts = [...this.#lanes.values()].flatMap(({ writing: [one], waiting: [next] }) => one ?? next ?? []);
    const now = performance.now();
    const oldest = firsts.reduce((least, { sinceMs }) => Math.min(least, sinceMs), now);
    return { length: this.#waiting, oldestSeconds: (now - oldest) / 1000 };
  }

  /** Settles once the delivery is durable. UNAVAILABLE where the database has not said so: it may be kept all the same. */
  write(account: Account, delivery: ReadDelivery): Promise<EventState> {
    const bytes = delivery.event.body.length;
    if (this.#waiting >= maxWaiting || this.#waitingBytes + bytes > maxWaitingBytes) {
      return Promise.reject(new AppError('UNAVAILABLE', 'Too many deliveries wait to be written. Send it again.'));
    }
    let lane = this.#lanes.get(account.id);
    if (!lane) {
      lane = { account, waiting: [], writing: [], isWriting: false, onMany: null };
      this.#lanes.set(account.id, lane);
    }
    lane.account = account; // its settings may have changed
    const { waiting } = lane;
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    const written = new Promise<EventState>((resolve, reject) => {
      const late = setTimeout(() => this.#refuseLate(waiting, one), answerWithinMs);
      const one = { delivery, resolve, reject, late, sinceMs: performance.now() };
      waiting.push(one);
    });
    if (waiting.length >= worthAGroup) lane.onMany?.();
    void this.#run(lane);
    return written;
  }

  async #run(lane: Lane): Promise<void> {
    if (lane.isWriting) return;
    lane.isWriting = true;
    while (lane.waiting.length > 0) {
      lane.writing = lane.waiting.splice(0, maxGroup);
      await this.#writeTogether(lane.account, lane.writing);
      lane.writing = [];
      await this.#gather(lane);
    }
    lane.isWriting = false;
  }

  /** Where some wait, until they are worth a group or have waited long enough. */
  async #gather(lane: Lane): Promise<void> {
    if (lane.waiting.length === 0 || lane.waiting.length >= worthAGroup) return;
    const enough = new AbortController();
    lane.onMany = () => enough.abort();
    await sleep(gatheringMs, undefined, { signal: enough.signal }).catch(() => {});
    lane.onMany = null;
  }

  async #writeTogether(account: Account, group: readonly Waiting[]): Promise<void> {
    const write = async (some: readonly Waiting[]) => {
      const deliveries = some.map(({ delivery }) => delivery);
      await this.#record(some, { account, deliveries }).catch((error: unknown) => {
        if (liesInDelivery(error)) throw error;
        this.#refuse(some, error);
      });
      return [];
    };
    await writeHalving(group, write, async (one, cause) => {
      await this.#keepUnrecorded(account, one, cause);
      return [];
    });
  }

  async #record(group: readonly Waiting[], batch: { account: Account; deliveries: ReadDelivery[] }): Promise<void> {
    const begun = performance.now();
    const states = await recordBatch(this.#pool, { ...batch, providers: this.#providers, clock: databaseClock });
    this.#onWritten?.(batch.account.id);
    this.#meter?.committed((performance.now() - begun) / 1000, group.length);
    this.#answer(group, states);
  }

  async #keepUnrecorded(account: Account, waiting: Waiting, cause: unknown): Promise<void> {
    const reason = 'could not be recorded: see the log of that moment';
    const event = { ...waiting.delivery.event, state: 'UNREADABLE', reason } as const;
    try {
      await this.#record([waiting], { account, deliveries: [{ event, facts: null }] });
      this.#log.error({ failure: describeFailure(cause) }, 'a delivery is kept, but could not be recorded');
    } catch (error) {
      this.#refuse([waiting], error);
    }
  }

  #answer(group: readonly Waiting[], states: readonly EventState[]): void {
    this.#forget(group);
    for (const [i, { resolve }] of group.entries()) resolve(states[i] as EventState);
  }

  /** Whoever sent them is told to send them again, and the log is told why. */
  #refuse(group: readonly Waiting[], cause: unknown): void {
    this.#forget(group);
    for (const { reject } of group) reject(cause);
  }

  #refuseLate(waiting: Waiting[], one: Waiting): void {
    const at = waiting.indexOf(one);
    if (at >= 0) this.#forget(waiting.splice(at, 1));
    // The log tells causes by their code.
    const cause = Object.assign(new Error('not written in time'), { code: 'TOO_LATE' });
    one.reject(new AppError('UNAVAILABLE', 'The delivery could not be written in time. Send it again.', {}, { cause }));
  }

  #forget(group: readonly Waiting[]): void {
    this.#waiting -= group.length;
    for (const { delivery, late } of group) {
      clearTimeout(late);
      this.#waitingBytes -= delivery.event.body.length;
    }
  }
}
