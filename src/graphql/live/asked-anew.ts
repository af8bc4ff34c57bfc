import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvent } from '../../live/watcher.ts';
import type { Context } from '../context.ts';
import type { LiveValue } from './live-step.ts';

const anew: LiveValue = { token: null };
/** What is asked anew is so at most so often. */
const everyMs = 1000;

/**
 * Has an operation answered at once, and again once a second where calls that it is about have changed, or after `atLatestMs`
 * without a change. To its resolver it gives nothing, which the generated types have no word for.
 */
export async function* askedAnew(
  { cancellation }: Pick<Context, 'cancellation'>,
  { events, atLatestMs }: { events: AsyncIterable<LiveEvent>; atLatestMs: number },
): AsyncGenerator<never> {
  const changes = noted(events);
  for (;;) {
    changes.hasCome = false;
    yield anew as never;
    await cancellation.waitFor(sleep(everyMs));
    await cancellation.waitFor(Promise.race([changes.next(), sleep(atLatestMs - everyMs)]));
  }
}

/** Takes events as they come, and remembers only that one has. Fails as they do. */
function noted(events: AsyncIterable<LiveEvent>) {
  let wake: () => void = () => {};
  let over: Promise<never> | null = null;
  const noticed = {
    hasCome: false,
    next: () => {
      if (over) return over;
      return noticed.hasCome
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            wake = resolve;
          });
    },
  };
  const take = async () => {
    for await (const _event of events) {
      noticed.hasCome = true;
      wake();
    }
  };
  take().catch((error: unknown) => {
    over = Promise.reject(error);
    over.catch(() => {});
    wake();
  });
  return noticed;
}
