import { setTimeout as sleep } from 'node:timers/promises';

/** Whether work was done within this time. It goes on where it was not. */
export function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(ms, false, { ref: false })]);
}
