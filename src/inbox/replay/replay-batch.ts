import { eq, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type Account, accounts } from '../../accounts/account.table.ts';
import type { Recorded } from '../../calls/merge/merge-received.ts';
import { lockForWriting } from '../../calls/write/lock-for-writing.ts';
import { type KeptFacts, rewriteCalls } from '../../calls/write/rewrite-calls.ts';
import { joinTwins } from '../../ingestion/join-counterparts.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { callReader, type Providers } from '../../providers/providers.ts';
import type { Clock } from '../../time/clock.ts';
import { eventColumns } from '../event-columns.ts';
import { outcomeOf } from '../outcome-of.ts';
import { type EventState, type WebhookEvent, webhookEvents } from '../webhook-event.table.ts';
import { type RereadEvent, rereadEvent } from './reread-event.ts';

export type ReplayBatch = {
  providers: Providers;
  accountId: number;
  ids: readonly number[];
  clock: Clock;
  /** Leaves what could not be written when it was received as it is: it is what the database refuses again. */
  withoutRefused?: boolean;
};

/**
 * Reads these deliveries of an account again, and with them all others of the calls they tell of; writes those calls and
 * what became of each delivery. The states of the ones asked for come back, also if another was faster and deleted it.
 */
export async function replayBatch(on: Transaction, batch: ReplayBatch): Promise<EventState[]> {
  const { providers, accountId, ids, clock, withoutRefused = false } = batch;
  const now = await lockForWriting(on, accountId, clock);
  const account = await getAccount(on, accountId);
  const asked = await findByIds(on, { account: accountId, ids });
  const sids = new Set<string>();
  for (const event of asked) {
    const sid = rereadEvent(event, { account, providers })?.read.event.callSid ?? null;
    for (const one of [event.callSid, sid]) if (one !== null) sids.add(one);
  }
  const others = sids.size === 0 ? [] : await findOthers(on, { account: accountId, ids, sids: [...sids] });
  const reread = [...asked, ...others]
    .sort((a, b) => a.id - b.id)
    .map((event) => rereadEvent(event, { account, providers }))
    .filter((event) => event !== null)
    .filter(({ kept, read }) => !(withoutRefused && kept.state === 'UNREADABLE' && read.facts !== null));

  const reader = callReader(
    providers,
    account,
    reread.map(({ read }) => read.event),
  );
  const telling = reread.filter(({ kept, read }) => kept.state !== 'DUPLICATE' && read.facts !== null);
  const recorded = await rewriteCalls(on, {
    account,
    kept: telling.map(keptFacts),
    readStatus: reader.readStatus,
    now,
  });
  const told = telling.flatMap(({ read: { facts } }, i) =>
    facts !== null && recorded[i] === 'RECORDED' ? [facts] : [],
  );
  const joined = await joinTwins(on, { account, told, reader, now });
  const results = new Map(telling.map(({ kept }, i) => [kept.id, recorded[i]]));
  const became = reread.map((event) => {
    const now = becomes(event, results.get(event.kept.id));
    return { kept: event.kept, now: { ...now, callSid: joined.get(now.callSid ?? '') ?? now.callSid } };
  });
  await writeChanged(on, accountId, became);

  const states = new Map(became.map(({ kept, now }) => [kept.id, now.state]));
  return asked.map(({ id, state }) => states.get(id) ?? state);
}

type Became = Pick<WebhookEvent, 'kind' | 'form' | 'state' | 'reason' | 'callSid' | 'unknownWords' | 'notUnderstood'>;

function keptFacts({ kept: { state }, read: { facts } }: RereadEvent): KeptFacts {
  if (facts === null) throw new Error('a delivery without facts tells of no call');
  return { facts, was: state === 'RECORDED' || state === 'CONFLICT' ? state : null };
}

/** What is to be known of a delivery from now on. What it is a repeat of stays so. */
function becomes({ kept, read: { event } }: RereadEvent, recorded: Recorded | undefined): Became {
  const { kind, callSid = null, unknownWords = null, notUnderstood = null } = event;
  const { form, state, reason } = outcomeOf(event, recorded);
  const result =
    kept.state === 'DUPLICATE' ? { state: kept.state, reason: kept.reason } : { state, reason: reason ?? null };
  return { kind, form, callSid, unknownWords, notUnderstood, ...result };
}

const update = statement(
  'update_replayed_events',
  sql`update ${webhookEvents} as e set kind = v.kind, form = v.form, state = v.state, reason = v.reason,
      call_sid = v."callSid", unknown_words = v."unknownWords", not_understood = v."notUnderstood"
    from jsonb_to_recordset(${sql.placeholder('changed')}::jsonb) as v(id bigint, kind webhook_event_kind,
      form webhook_event_form, state webhook_event_state, reason text, "callSid" text, "unknownWords" text[],
      "notUnderstood" text[])
    where e.account_id = ${sql.placeholder('account')} and e.id = v.id`,
);

async function writeChanged(
  on: Transaction,
  account: number,
  became: readonly { kept: WebhookEvent; now: Became }[],
): Promise<void> {
  const changed = became
    .filter(({ kept, now }) =>
      (Object.keys(now) as (keyof Became)[]).some((name) => JSON.stringify(now[name]) !== JSON.stringify(kept[name])),
    )
    .map(({ kept: { id }, now }) => ({ id, ...now }));
  if (changed.length > 0) await update(on, { account, changed: JSON.stringify(changed) });
}

const find = (name: string, condition: SQL) =>
  statement<WebhookEvent>(
    name,
    sql`select ${eventColumns} from ${webhookEvents}
      where ${webhookEvents.accountId} = ${sql.placeholder('account')} and ${condition}`,
  );
const ids = sql`${sql.placeholder('ids')}::bigint[]`;
const findByIds = find('find_events_to_replay', sql`${webhookEvents.id} = any(${ids})`);
const findOthers = find(
  'find_events_of_calls',
  sql`${webhookEvents.callSid} = any(${sql.placeholder('sids')}::text[]) and not ${webhookEvents.id} = any(${ids})`,
);

async function getAccount(on: Transaction, id: number): Promise<Account> {
  const [account] = await drizzle({ client: on as pg.PoolClient })
    .select()
    .from(accounts)
    .where(eq(accounts.id, id));
  if (!account) throw new Error('the account of a delivery is missing');
  return account;
}
