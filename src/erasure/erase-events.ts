import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { lockAccount } from '../accounts/lock-account.ts';
import { type WebhookEvent, webhookEvents } from '../inbox/webhook-event.table.ts';
import type { NumberFinder } from '../phone-numbers/number-finder.ts';
import { inTransaction, statement, type Transaction } from '../postgres/statement.ts';
import type { ErasedPayload, KeptPayload } from '../providers/provider.ts';
import type { Providers } from '../providers/providers.ts';

const batchSize = 500;

type Kept = KeptPayload & Pick<WebhookEvent, 'id' | 'provider' | 'callSid' | 'unknownWords'>;

const findNext = statement<Kept>(
  'find_events_to_erase',
  sql`select id, provider, call_sid as "callSid", body, content_type as "contentType", form, kind, state,
      unknown_words as "unknownWords"
    from ${webhookEvents}
    where ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.id} > ${sql.placeholder('after')}
    order by ${webhookEvents.id} limit ${batchSize}`,
);

const replaceBodies = statement(
  'erase_events',
  sql`update ${webhookEvents} as e set body = v.body, content_type = v.type
    from unnest(${sql.placeholder('ids')}::bigint[], ${sql.placeholder('bodies')}::bytea[],
      ${sql.placeholder('types')}::text[]) as v(id, body, type)
    where e.account_id = ${sql.placeholder('account')} and e.id = v.id`,
);

const replaceWords = statement(
  'erase_unknown_words',
  sql`update ${webhookEvents} set unknown_words = ${sql.placeholder('words')}::text[]
    where ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${webhookEvents.id} = ${sql.placeholder('id')}`,
);

export type ForgetEventsInput = {
  providers: Providers;
  account: number;
  finder: NumberFinder;
  /** The CallSids of their calls. */
  theirCalls: ReadonlySet<string>;
  /** Told how many deliveries were looked at so far. */
  onProgress?: (seen: number) => void;
};

/**
 * Takes a person out of the deliveries of their calls and of every other that holds their number; how many were changed.
 * What was received, when, and what became of it stays; the content's hash too, so that a repeat is known for one.
 * Reads all deliveries of the account: nobody knows in which spelling a number lies in bytes.
 */
export async function forgetInEvents(pool: pg.Pool, input: ForgetEventsInput): Promise<number> {
  const { providers, account, finder, theirCalls, onProgress } = input;
  let erased = 0;
  let seen = 0;
  for (let after = 0; ; ) {
    const kept = await findNext(pool, { account, after });
    const changes = kept.flatMap((event) => {
      const isTheirCall = event.callSid !== null && theirCalls.has(event.callSid);
      const payload = providers.get(event.provider).erase(event, finder, isTheirCall);
      return payload === null ? [] : [{ event, payload }];
    });
    if (changes.length > 0) {
      await inTransaction(pool, async (on) => {
        await lockAccount(on, account);
        await write(on, account, changes, finder);
      });
    }
    erased += changes.length;
    seen += kept.length;
    onProgress?.(seen);
    const last = kept.at(-1);
    if (!last || kept.length < batchSize) return erased;
    after = last.id;
  }
}

type Change = { event: Kept; payload: ErasedPayload };

async function write(on: Transaction, account: number, changes: Change[], { isIn }: NumberFinder): Promise<void> {
  await replaceBodies(on, {
    account,
    ids: changes.map(({ event }) => event.id),
    bodies: changes.map(({ payload }) => payload.body),
    types: changes.map(({ payload }) => payload.contentType),
  });
  for (const { event } of changes) {
    const words = event.unknownWords?.filter((word) => !isIn(word));
    if (!words || words.length === event.unknownWords?.length) continue;
    await replaceWords(on, { account, id: event.id, words: words.length > 0 ? words : null });
  }
}
