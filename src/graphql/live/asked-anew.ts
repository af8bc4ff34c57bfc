import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvent } from '../../live/watcher.ts';
import type { Context } from '../context.ts';
import type { LiveValue } from './live-step.ts';
import { type Watched, watchCalls } from './watch-calls.ts';

const anew: LiveValue = { token: null };
/** What is asked anew is so at most so often. */
const everyMs = 1000;

/**
 * Has an operation answered at once, and again where calls that it is about have changed, at most once a second; without a change
 * after `laterMs`. To its resolver it gives nothing, which the generated types have no word for.
 */
export async function changedOrLater(
  context: Context,
  watched: Omit<Watched, 'since'>,
  laterMs: number,
): Promise<AsyncIterable<never>> {
  const { events } = await watchCalls(context, watched);
  return askedAnew(context, new Changes(events), laterMs) as AsyncIterable<never>;
}

async function* askedAnew(
  { cancellation }: Pick<Context, 'cancellation'>,
  changes: Changes,
  laterMs: number,
): AsyncGenerator<LiveValue> {
  for (;;) {
    changes.forget();
    yield anew;
    await cancellation.waitFor(sleep(everyMs));
    await cancellation.waitFor(changes.next(laterMs - everyMs));
  }
}

/** Takes what happens as it comes, and remembers only that something has. */
class Changes {
  #hasCome = false;
  #failure: { error: unknown } | null = null;
  #tell: () => void = () => {};

  constructor(events: AsyncIterable<LiveEvent>) {
    void this.#take(events);
  }

  forget(): void {
    this.#hasCome = false;
  }

  /** Until something has happened since it was forgotten, or for so long. Fails where nothing is told any more. */
  async next(patienceMs: number): Promise<void> {
    if (!this.#hasCome && !this.#failure) {
      await new Promise<void>((resolve) => {
        const clock = setTimeout(resolve, patienceMs);
        this.#tell = () => {
          clearTimeout(clock);
          resolve();
        };
      });
    }
    if (this.#failure) throw this.#failure.error;
  }

  async #take(events: AsyncIterable<LiveEvent>): Promise<void> {
    try {
      for await (const _event of events) {
        this.#hasCome = true;
        this.#tell();
      }
    } catch (error) {
      this.#failure = { error };
      this.#tell();
    }
  }
}
