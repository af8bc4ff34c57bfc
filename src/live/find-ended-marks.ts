import { sql } from 'drizzle-orm';
import { endedCallMarks } from '../calls/merge/ended-call.table.ts';
import { statement } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';

/** Up to which moment it is no longer known of each account which of its calls ended; of those of which all is known nothing. */
export const findEndedMarks = statement<{ accountId: number; through: Instant }>(
  'find_ended_call_marks',
  sql`select ${endedCallMarks.accountId} as "accountId", ${endedCallMarks.deletedThrough} as through from ${endedCallMarks}`,
);
