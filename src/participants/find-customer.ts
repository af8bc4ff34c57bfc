import { and, eq, inArray } from 'drizzle-orm';
import { badInput } from '../errors.ts';
import type { Database } from '../postgres/client.ts';
import { type Customer, customers } from './participants.table.ts';

/**
 * The customer with a number, or null: as it is kept, else as it may have been kept before. BAD_USER_INPUT where several
 * accounts have one and none is named. `accountId` null: of any account.
 */
export async function findCustomerByNumber(
  db: Database,
  { readings, accountId }: { readings: readonly string[]; accountId: number | null },
): Promise<Customer | null> {
  const ofAccount = accountId === null ? undefined : eq(customers.accountId, accountId);
  const found = await db
    .select()
    .from(customers)
    .where(and(inArray(customers.number, [...readings]), ofAccount));
  const [first, ...others] = found.sort((a, b) => readings.indexOf(a.number ?? '') - readings.indexOf(b.number ?? ''));
  if (others.some((other) => other.accountId !== first?.accountId)) {
    throw badInput(['accountId'], 'is needed: several accounts have this customer', "an account's id");
  }
  return first ?? null;
}
