import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { LiveValue } from './live-step.ts';

const anew: LiveValue = { token: null };
/** What is asked anew is so at most so often. */
const everyMs = 1000;

/**
 * Has an operation answered at once, and again every second, for as long as anybody wants it. To its resolver it gives nothing,
 * which the generated types have no word for.
 */
export async function* askedAnew({ cancellation }: Pick<Context, 'cancellation'>): AsyncGenerator<never> {
  for (;;) {
    yield anew as never;
    await cancellation.waitFor(sleep(everyMs));
  }
}
