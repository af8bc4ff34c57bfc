import type pg from 'pg';
import { type RereadNumbersInput, rereadNumbers } from '../../calls/write/reread-numbers.ts';
import type { Providers } from '../../providers/providers.ts';

/** Reads numbers of calls anew of which no delivery may be kept; of how many calls they changed. */
export function replayNumbers(
  pool: pg.Pool,
  { providers, ...input }: Pick<RereadNumbersInput, 'account' | 'clock' | 'dryRun'> & { providers: Providers },
): Promise<number> {
  const { readStatus, readIdTime } = providers.get(input.account.provider);
  return rereadNumbers(pool, { ...input, readStatus, sidTime: readIdTime });
}
