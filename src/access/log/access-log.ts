import { describeFailure, liesInDelivery } from '../../failures.ts';
import { type FailureLog, SummedLog } from '../../summed-log.ts';
import { within } from '../../within.ts';
import { maySee, type Viewer } from '../viewer.ts';
import type { AskedEntry } from './write-entries.ts';

export type AccessLogParts = {
  write: (entries: readonly AskedEntry[]) => Promise<void>;
  log: FailureLog;
  /** How many entries may wait. What comes while there are as many is lost. */
  most?: number;
};

/** An entry waits so long for others, and so long after a failure. */
const gatherMs = 400;
const againMs = 1000;
const mostAtOnce = 2000;
/** At the end of the process what waits is tried for so long. */
const closePatienceMs = 2000;

/**
 * Takes what was asked, and writes it a moment later: nobody waits for it. A batch that could not be written is tried again,
 * so that one whose fate is not known, as where the connection was lost, may be there twice, never not at all.
 */
export class AccessLog {
  readonly #write: AccessLogParts['write'];
  readonly #log: SummedLog;
  readonly #most: number;
  #waiting: AskedEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  /** By the accounts of their viewers. */
  readonly #lost = new Map<string, { accountIds: AskedEntry['accountIds']; count: number }>();
  #isClosed = false;

  constructor({ write, log, most = 20_000 }: AccessLogParts) {
    this.#write = write;
    this.#log = new SummedLog(log);
    this.#most = most;
  }

  /** How many entries could not be kept since the start, of those that a viewer may see. */
  lostOf(viewer: Viewer): number {
    const visible = [...this.#lost.values()].filter(({ accountIds }) => maySeeEntry(viewer, accountIds));
    return visible.reduce((sum, { count }) => sum + count, 0);
  }

  note(entry: AskedEntry): void {
    if (this.#isClosed || this.#waiting.length >= this.#most) this.#lose([entry]);
    else {
      this.#waiting.push(entry);
      this.#writeAfter(gatherMs);
    }
  }

  /** Writes what waits, if that can be done in two seconds. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await within(closePatienceMs, this.#writeRest());
    if (this.#waiting.length > 0) this.#lose(this.#waiting.splice(0));
    this.#log.close();
  }

  #writeAfter(ms: number): void {
    if (this.#timer || this.#writing || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writeBatch().then((isWritten) => {
        this.#writing = undefined;
        if (this.#waiting.length === 0) return;
        this.#writeAfter(!isWritten ? againMs : this.#waiting.length < mostAtOnce ? gatherMs : 0);
      });
    }, ms).unref();
  }

  /** False where it is to be tried again. */
  async #writeBatch(): Promise<boolean> {
    const batch = this.#waiting.slice(0, mostAtOnce);
    try {
      await this.#write(batch);
    } catch (error) {
      this.#log.error({ failure: describeFailure(error) }, 'the access log could not be written');
      if (!liesInDelivery(error)) return false;
      this.#lose(batch);
    }
    this.#waiting.splice(0, batch.length);
    return true;
  }

  async #writeRest(): Promise<void> {
    await this.#writing;
    while (this.#waiting.length > 0 && (await this.#writeBatch()));
  }

  #lose(entries: readonly AskedEntry[]): void {
    for (const { accountIds } of entries) {
      const key = JSON.stringify(accountIds);
      const lost = this.#lost.get(key) ?? { accountIds, count: 0 };
      lost.count += 1;
      this.#lost.set(key, lost);
    }
    this.#log.warn({}, 'questions are not in the access log: it takes no more, and accessLogLost counts them');
  }
}

/** The same as the list says it: all accounts of an entry's viewer are this one's. */
function maySeeEntry(viewer: Viewer, accountIds: readonly number[] | null): boolean {
  if (viewer.accounts === 'all') return true;
  return accountIds?.every((id) => maySee(viewer, id)) === true;
}
