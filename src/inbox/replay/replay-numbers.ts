import type pg from 'pg';
import { type RereadNumbersInput, rereadNumbers } from '../../calls/write/reread-numbers.ts';
import { readStatus } from '../../providers/callerdesk/read-status.ts';
import { readSidTime } from '../../providers/callerdesk/read-time.ts';

/** Reads numbers of calls anew of which no delivery may be kept; of how many calls they changed. */
export function replayNumbers(
  pool: pg.Pool,
  input: Pick<RereadNumbersInput, 'account' | 'clock' | 'dryRun'>,
): Promise<number> {
  return rereadNumbers(pool, { ...input, readStatus, sidTime: readSidTime });
}
