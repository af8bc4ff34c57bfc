import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { mergeIntoKnown } from '../calls/merge/merge-into-known.ts';
import { lockForWriting } from '../calls/write/lock-for-writing.ts';
import { prepareMerged } from '../calls/write/write-merged.ts';
import { outcomeOf } from '../inbox/outcome-of.ts';
import { tellOf } from '../inbox/tell-of.ts';
import { type EventState, type NewWebhookEvent, webhookEvents } from '../inbox/webhook-event.table.ts';
import { type EndWith, inTransaction, statement, type Transaction } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';
import type { Clock } from '../time/clock.ts';
import type { Instant } from '../time/instant.ts';
import { findKnown, type Known, readerOf } from './find-known.ts';
import { findSameCalls } from './find-same-calls.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { importHash } from './read-delivery.ts';
import { keepEvents } from './record-batch.ts';
import { takeListed } from './take-listed.ts';
import { settleWaiting } from './waiting-events.ts';

export type WriteImportedInput = {
  account: Account;
  providers: Providers;
  rows: readonly ReadDelivery[];
  clock: Clock;
  /** Called once the account's lock is held. */
  onLocked?: () => void;
  /** Whose lock this waits for: unless that is committed, nothing is written. */
  after?: Promise<unknown>;
};

/**
 * Writes what was imported of one account, in one transaction: all or nothing. The state of each comes back. Unlike a
 * delivery, a repeat of what is kept already is not kept again: the file that it comes from is not the only place of it.
 * Once this settles they are durable, and so is what they repeat.
 */
export function writeImported(
  pool: pg.Pool,
  { account, providers, rows, clock, onLocked, after }: WriteImportedInput,
): Promise<EventState[]> {
  const work = async (on: Transaction, endWith: EndWith) => {
    const [now, told, { hashes, waiting, calls, participants, listed }] = await lockAndFind(on, {
      account,
      providers,
      rows,
      clock,
    });
    const { readStatus } = readerOf(providers, account, { deliveries: told, waiting });
    onLocked?.();
    await after;
    const isNew = told.map(({ event }) => {
      const hash = event.contentHash.toString('latin1');
      if (hashes.has(hash) || hashes.has(importHash(event.contentHash).toString('latin1'))) return false;
      hashes.add(hash);
      return true;
    });
    const telling = told.flatMap(({ facts }, i) => (facts && isNew[i] ? [{ facts, i }] : []));
    const received = telling.map(({ facts }) => facts);
    const { results, waited, merged: fromRows } = mergeIntoKnown(calls, { waiting, received, readStatus });
    const { merged, gone } = await takeListed(on, { account, twins: listed, merged: fromRows, now });
    const recorded = new Map(telling.map(({ i }, j) => [i, results[j]]));
    const events = told.map(({ event }, i) => outcomeOf(event, recorded.get(i)));
    const added = events.filter((_, i) => isNew[i]);
    const [first] = events;
    const sent: Promise<unknown>[] = [added.length === 0 && first ? proveKept(on, first) : keepEvents(on, added)];
    sent.push(settleWaiting(on, account.id, { waiting, results: waited }));
    // The database is at what was sent while the next is being made.
    const underWay = () => Promise.race([Promise.all(sent), otherWork()]);
    await underWay();
    const written = { account, merged, gone, readStatus, now, participants, isOld: true };
    for (const step of await prepareMerged(on, written)) {
      sent.push(...step());
      await underWay();
    }
    await endWith(sent);
    return events.map(({ state }, i) => (isNew[i] ? state : 'DUPLICATE'));
  };
  return inTransaction(pool, work);
}

const lockKept = statement<never>(
  'lock_kept_event',
  sql`select from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.callSid} = ${sql.placeholder('sid')} limit 1 for no key update`,
);
const lockKeptWithoutSid = statement<never>(
  'lock_kept_event_without_sid',
  sql`select from ${webhookEvents} where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.callSid} is null and ${webhookEvents.contentHash} = any(${sql.placeholder('hashes')}::bytea[])
    limit 1 for no key update`,
);

/**
 * A transaction that writes nothing is committed without any wait, though what it has found may be less than durable: its
 * own commit may be one whose wait was given up. A row that is locked is written, where the found ones are, and waited for.
 */
function proveKept(on: Transaction, { accountId: account, callSid: sid, contentHash }: NewWebhookEvent) {
  if (sid != null) return lockKept(on, { account, sid });
  return lockKeptWithoutSid(on, { account, hashes: [contentHash, importHash(contentHash)] });
}

/** All that is to be known is asked at once, but where rows of outgoing calls may be of calls with other ids. */
async function lockAndFind(
  on: Transaction,
  { account, providers, rows, clock }: WriteImportedInput,
): Promise<[Instant, readonly ReadDelivery[], Known]> {
  const locked = lockForWriting(on, account.id, clock);
  const found = findSameCalls(on, account, rows).then((same) => {
    const told =
      same.size === 0 ? rows : rows.map((row) => tellOf(row, same.get(row) ?? row.facts?.callSid ?? '', providers));
    return Promise.all([told, findKnown(on, account, { deliveries: told, providers })]);
  });
  const [now, [told, known]] = await Promise.all([locked, found]);
  return [now, told, known];
}
