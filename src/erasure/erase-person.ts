import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { lockAccount } from '../accounts/lock-account.ts';
import { agents, customers, virtualNumbers } from '../participants/participants.table.ts';
import { readingsOf } from '../phone-numbers/former-readings.ts';
import { isIdentity, normalizeNumber } from '../phone-numbers/normalize-number.ts';
import { numberFinder } from '../phone-numbers/number-finder.ts';
import { inTransaction, statement } from '../postgres/statement.ts';
import type { Providers } from '../providers/providers.ts';
import type { Clock } from '../time/instant.ts';
import { findTheirCalls, forgetInCalls, type TheirCall } from './erase-calls.ts';
import { forgetInEvents } from './erase-events.ts';

const whose = statement<{ id: number; kind: NumberOwner }>(
  'find_whose_number',
  sql.join(
    [
      { table: customers, kind: 'customer' },
      { table: agents, kind: 'agent' },
      { table: virtualNumbers, kind: 'virtual number' },
    ].map(
      ({ table, kind }) => sql`select ${table.id} as id, ${sql.raw(`'${kind}'`)} as kind from ${table}
        where ${table.accountId} = ${sql.placeholder('account')} and ${table.number} = any(${sql.placeholder('numbers')}::text[])`,
    ),
    sql` union all `,
  ),
);

const eraseCustomers = statement<{ id: number }>(
  'erase_customers',
  sql`update ${customers} set number = null, pseudonym = null, name = null, name_key = null
    where ${customers.accountId} = ${sql.placeholder('account')} and ${customers.number} = any(${sql.placeholder('numbers')}::text[])
    returning ${customers.id} as id`,
);

/** As whom an account knows a number. */
export type NumberOwner = 'customer' | 'agent' | 'virtual number';

/** What an account has of a number; theirs: the ids that erasing starts from. */
export type FoundNumber = {
  number: string;
  /** As it may be kept: by today's rules, and by those from before. */
  numbers: string[];
  customerIds: number[];
  calls: TheirCall[];
  /** Why it cannot be erased here: it is no number of somebody outside. */
  belongsTo: Exclude<NumberOwner, 'customer'> | null;
};

/** How many rows were changed. */
export type Forgotten = { customers: number; calls: number; deliveries: number };

/** A number in any spelling, as an account keeps it; null if it is none that stands for one person. */
export function readNumber(text: string, { region }: Pick<Account, 'region'>): string | null {
  const number = normalizeNumber(text, region);
  return number !== null && isIdentity(number) ? number : null;
}

/** What an account has of a number as it keeps it. */
export async function findNumber(
  pool: pg.Pool,
  account: Pick<Account, 'id' | 'region'>,
  number: string,
): Promise<FoundNumber> {
  const numbers = readingsOf(number, account.region);
  const known = await whose(pool, { account: account.id, numbers });
  const customerIds = known.filter(({ kind }) => kind === 'customer').map(({ id }) => id);
  const other = known.find(({ kind }) => kind !== 'customer')?.kind;
  const finder = numberFinder(number, account.region);
  const calls = await findTheirCalls(pool, { account: account.id, numbers, finder, customers: customerIds });
  return { number, numbers, customerIds, calls, belongsTo: other === 'customer' ? null : (other ?? null) };
}

export type ForgetInput = {
  providers: Providers;
  account: Pick<Account, 'id' | 'region'>;
  found: FoundNumber;
  clock: Clock;
  onProgress?: (deliveriesSeen: number) => void;
};

/**
 * Erases a person from the deliveries, calls and customers of an account. In this order, and in small transactions: what
 * was broken off finds the rest again by what is left, and comes to the same end.
 */
export async function forgetNumber(pool: pg.Pool, input: ForgetInput): Promise<Forgotten> {
  const { providers, account, found, clock, onProgress } = input;
  const { number, numbers, calls } = found;
  const finder = numberFinder(number, account.region);
  const theirCalls = new Set(calls.filter(({ isTheirs }) => isTheirs).map(({ callSid }) => callSid));
  const deliveries = await forgetInEvents(pool, { providers, account: account.id, finder, theirCalls, onProgress });
  const erased = await forgetInCalls(pool, { account: account.id, numbers, finder, found: calls, clock });
  const gone = await inTransaction(pool, async (on) => {
    await lockAccount(on, account.id);
    return eraseCustomers(on, { account: account.id, numbers });
  });
  return { customers: gone.length, calls: erased, deliveries };
}
