import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { lockForWriting } from '../calls/lock-for-writing.ts';
import { recordCalls } from '../calls/record-calls.ts';
import { inTransaction } from '../db/statement.ts';
import type { Instant } from '../time/instant.ts';
import { readStatus } from './callerdesk/read-status.ts';
import { findSameCalls } from './find-same-calls.ts';
import { importHash } from './read-delivery.ts';
import { tellOf } from './tell-of.ts';
import type { EventState } from './webhook-event.table.ts';
import { conflict, keepEvents, keptHashes, type ReadDelivery } from './write-group.ts';

export type WriteImportedInput = { account: Account; rows: readonly ReadDelivery[]; clock: () => Instant };

/**
 * Writes what was imported of one account, in one transaction: all or nothing. The state of each comes back. Unlike a
 * delivery, a repeat of what is kept already is not kept again: the file that it comes from is not the only place of it.
 */
export function writeImported(pool: pg.Pool, { account, rows, clock }: WriteImportedInput): Promise<EventState[]> {
  return inTransaction(pool, async (on) => {
    const now = await lockForWriting(on, account.id, clock);
    const same = await findSameCalls(on, account, rows);
    const told = rows.map((row) => tellOf(row, same.get(row) ?? row.facts?.callSid ?? ''));
    const known = await keptHashes(on, account.id, told);
    const isNew = told.map(({ event }) => {
      const hash = event.contentHash.toString('latin1');
      if (known.has(hash) || known.has(importHash(event.contentHash).toString('latin1'))) return false;
      known.add(hash);
      return true;
    });
    const telling = told.flatMap(({ facts }, i) => (facts && isNew[i] ? [{ facts, i }] : []));
    const received = telling.map(({ facts }) => facts);
    const recorded =
      received.length === 0 ? [] : await recordCalls(on, { account, received, readStatus, now, isOld: true });
    const conflicting = new Set(telling.filter((_, j) => recorded[j] === 'CONFLICT').map(({ i }) => i));
    const events = told.map(({ event }, i) =>
      conflicting.has(i) ? { ...event, state: 'CONFLICT' as const, reason: conflict } : event,
    );
    await keepEvents(
      on,
      events.filter((_, i) => isNew[i]),
    );
    return events.map(({ state }, i) => (isNew[i] ? state : 'DUPLICATE'));
  });
}
