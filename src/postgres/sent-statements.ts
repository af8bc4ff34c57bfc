import type pg from 'pg';
import { Batch, type BatchStatement, parameterOf } from './batch.ts';

/** Words that the driver sends by themselves: they may be several statements. */
type Words = Pick<BatchStatement, 'resolve' | 'reject'> & { words: string };

/** The rows of a COPY FROM STDIN, beside its text. */
export type Copied = { text: string; data: Buffer };

/**
 * The statements of one transaction. Those that come within one turn of the event loop are sent as one batch; the next
 * batch is sent once that is answered. Of statements sent together none is run after one that has failed: that one began
 * it. Once a failure is known nothing more is sent.
 */
export class SentStatements {
  readonly #client: pg.ClientBase;
  readonly #answers: Promise<unknown>[] = [];
  #waiting: (BatchStatement | Words)[] = [];
  #failed: { error: unknown } | undefined;
  #isHeld = false;
  #isUnderWay = false;
  #isScheduled = false;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  get connection(): pg.ClientBase {
    return this.#client;
  }

  /** As the connection's own. */
  readonly query = ((statement: string | Partial<pg.QueryArrayConfig> | Copied, values?: unknown[]): unknown => {
    if (this.#failed) return Promise.reject(this.#failed.error);
    const given = typeof statement === 'string' ? { text: statement } : statement;
    return this.#add(values === undefined ? given : { ...given, values });
  }) as pg.ClientBase['query'];

  /** Keeps what comes from here on, until it is released, so that all of it is one batch. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#send();
  }

  /** What failed first, once all that was sent is answered; otherwise what is given. */
  async causeOf(error: unknown): Promise<unknown> {
    const answered = await Promise.allSettled(this.#answers);
    const first = answered.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    return first ? first.reason : error;
  }

  /** Sends nothing more: the connection is somebody else's from here on. */
  end(): void {
    this.#failed ??= { error: new Error('the transaction is over') };
  }

  /** Values are made what is sent now: whoever gave one that cannot be sent is told so, and nothing of it is sent. */
  async #add(given: Partial<pg.QueryArrayConfig & Copied>): Promise<pg.QueryResult> {
    const { text = '', name, types, rowMode, data, values } = given;
    const sent = values?.map(parameterOf) ?? [];
    const answer = new Promise<pg.QueryResult>((resolve, rejectOne) => {
      const reject = (error: unknown) => {
        this.#failed ??= { error };
        rejectOne(error);
      };
      const isWords = name === undefined && data === undefined && values === undefined;
      this.#waiting.push(
        isWords
          ? { words: text, resolve, reject }
          : { text, name, values: sent, types, rowMode, data, resolve, reject },
      );
    });
    this.#answers.push(answer);
    this.#schedule();
    return answer;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#isHeld || this.#isUnderWay) return;
    const waiting = this.#waiting;
    if (this.#failed) {
      this.#waiting = [];
      for (const { reject } of waiting) reject(this.#failed.error);
      return;
    }
    const [first] = waiting;
    if (!first) return;
    this.#isUnderWay = true;
    const answered = () => {
      this.#isUnderWay = false;
      this.#schedule();
    };
    if ('words' in first) {
      waiting.shift();
      this.#client.query(first.words).then(first.resolve, first.reject).finally(answered);
      return;
    }
    const end = waiting.findIndex((one) => 'words' in one);
    const together = waiting.splice(0, end < 0 ? waiting.length : end) as BatchStatement[];
    this.#client.query(new Batch(together, answered));
  }
}

/** What statements are sent on in the end. */
export function connectionOf(on: Pick<pg.ClientBase, 'query'>): object {
  return on instanceof SentStatements ? on.connection : on;
}
