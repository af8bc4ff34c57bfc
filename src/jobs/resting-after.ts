import type { Job } from './repeat-job.ts';

/** So many times as long as a run took it rests, so that an import of many old calls does not keep the machine packing. */
const restShare = 3;

/** A run that does nothing until it has rested from the last one. */
export function restingAfter(run: Job['run']): Job['run'] {
  let restsUntil = 0;
  return async (signal) => {
    const begun = performance.now();
    if (begun < restsUntil) return 0;
    const changed = await run(signal);
    const ended = performance.now();
    restsUntil = ended + restShare * (ended - begun);
    return changed;
  };
}
