import { inArray } from 'drizzle-orm';
import { calls } from '../../src/calls/call.table.ts';
import type { OpenPackedCalls } from '../../src/metrics/choose-source.ts';
import { packCalls } from './packed-world.ts';

/** Packs the calls of the accounts anew for each question, in small chunks: what questions make of chunks, without a store. */
export const openAllCalls: OpenPackedCalls = async (db, { accountIds }) => {
  const rows = await db
    .select()
    .from(calls)
    .where(inArray(calls.accountId, [...accountIds]));
  return { chunks: packCalls(rows, 13, []) };
};
