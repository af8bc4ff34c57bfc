import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { mergeIntoKnown } from '../calls/merge/merge-into-known.ts';
import { lockForWriting } from '../calls/write/lock-for-writing.ts';
import { prepareMerged } from '../calls/write/write-merged.ts';
import { noteArrivals } from '../inbox/note-arrivals.ts';
import { outcomeOf } from '../inbox/outcome-of.ts';
import { type EventState, type NewWebhookEvent, webhookEvents } from '../inbox/webhook-event.table.ts';
import { insertRows } from '../postgres/rows/insert-rows.ts';
import { type EndWith, inTransaction, type Transaction } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';
import type { Clock } from '../time/clock.ts';
import { findKnown, readerOf } from './find-known.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { takeListed } from './take-listed.ts';
import { settleWaiting } from './waiting-events.ts';

const duplicate = { state: 'DUPLICATE', reason: 'the same was received before' } as const;

type Group = { account: Account; deliveries: readonly ReadDelivery[]; clock: Clock; providers: Providers };

/**
 * Keeps deliveries of one account and writes what they tell of calls, in order, in one transaction: all or nothing.
 * The state of each comes back, once they are durable.
 */
export function writeGroup(pool: pg.Pool, { account, deliveries, clock, providers }: Group): Promise<EventState[]> {
  const work = async (on: Transaction, endWith: EndWith) => {
    const [now, { hashes, waiting, calls, participants, listed }] = await Promise.all([
      lockForWriting(on, account.id, clock),
      findKnown(on, account, { deliveries, providers }),
    ]);
    const { readStatus } = readerOf(providers, account, { deliveries, waiting });
    const isNew = deliveries.map(({ event }) => {
      const hash = event.contentHash.toString('latin1');
      if (hashes.has(hash)) return false;
      hashes.add(hash);
      return true;
    });
    const telling = deliveries.flatMap(({ facts }, i) => (facts && isNew[i] ? [{ facts, i }] : []));
    const received = telling.map(({ facts }) => facts);
    const { results, waited, merged: told } = mergeIntoKnown(calls, { waiting, received, readStatus });
    const { merged, gone } = await takeListed(on, { account, twins: listed, merged: told, now });
    const recorded = new Map(telling.map(({ i }, j) => [i, results[j]]));
    const events = deliveries.map(({ event }, i) =>
      isNew[i] ? outcomeOf(event, recorded.get(i)) : { ...event, ...duplicate },
    );
    const steps = await prepareMerged(on, { account, merged, gone, readStatus, now, participants });
    const send = function* () {
      yield keepEvents(on, events);
      yield noteArrivals(on, account.id, events);
      yield settleWaiting(on, account.id, { waiting, results: waited });
      for (const step of steps) yield* step();
    };
    await endWith(send());
    return events.map(({ state }) => state);
  };
  return inTransaction(pool, work);
}

/** Keeps deliveries. */
export const keepEvents = insertRows<NewWebhookEvent>(webhookEvents, [
  'accountId',
  'provider',
  'receivedAt',
  'kind',
  'urlKind',
  'form',
  'state',
  'reason',
  'callSid',
  'contentType',
  'body',
  'contentHash',
  'unknownWords',
  'notUnderstood',
]);
