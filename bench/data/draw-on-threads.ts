import { on } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { getTableColumns } from 'drizzle-orm';
import { calls } from '../../src/calls/call.table.ts';
import { type Day, daysOfYear, type Year } from './calls-of-day.ts';
import { joinSpans, noSpans, type Spans } from './spans-of-calls.ts';

export const callColumns = Object.keys(getTableColumns(calls));

export type DrawnDay = Day & {
  /** Its calls as rows of a COPY. */
  rows: Uint8Array;
};

// Days that a thread is told before it is asked for them.
const ahead = 2;

/** Draws the calls of a year on as many threads as there are processors; day by day, and who took part. */
export async function drawOnThreads(
  year: Year,
  take: (days: AsyncIterable<DrawnDay>) => Promise<void>,
): Promise<Spans> {
  const threads = Array.from({ length: Math.min(4, availableParallelism()) }, () => new DrawingThread(year));
  const threadOf = (place: number) => threads[place % threads.length] as DrawingThread;
  const days = daysOfYear(year);
  const window = ahead * threads.length;
  async function* inOrder() {
    for (const [place, day] of days.slice(0, window).entries()) threadOf(place).ask(day);
    for (const [place, day] of days.entries()) {
      const rows = await threadOf(place).answer<Uint8Array>();
      const next = days[place + window];
      if (next) threadOf(place).ask(next);
      yield { ...day, rows };
    }
  }
  try {
    await take(inOrder());
    const spans = noSpans(year.customers);
    for (const thread of threads) thread.ask(null);
    for (const thread of threads) joinSpans(spans, await thread.answer<Spans>());
    return spans;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

class DrawingThread {
  readonly #worker: Worker;
  readonly #answers: AsyncIterator<unknown[]>;

  constructor(year: Year) {
    this.#worker = new Worker(new URL('./drawing-thread.js', import.meta.url), {
      workerData: year,
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    });
    this.#answers = on(this.#worker, 'message')[Symbol.asyncIterator]();
  }

  ask(day: Day | null): void {
    this.#worker.postMessage(day);
  }

  /** To the earliest of what it was asked and has not answered yet. */
  async answer<Answer>(): Promise<Answer> {
    const { value } = await this.#answers.next();
    return value[0] as Answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
