import { eq, inArray } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { badInput } from '../errors.ts';
import { allOf, everything } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type Customer, customers } from './participants.table.ts';

/**
 * The customer with a number, or null: as it is kept, else as it may have been kept before. BAD_USER_INPUT where several
 * accounts have one and none is named. `accountId` null: of any account.
 */
export async function findCustomerByNumber(
  db: ViewerDatabase,
  { readings, accountId }: { readings: readonly string[]; accountId: number | null },
): Promise<Customer | null> {
  const ofAccount = accountId === null ? everything : eq(customers.accountId, accountId);
  const found = await db.read(customers.accountId, opensTo.participants, (on, own) =>
    on
      .select()
      .from(customers)
      .where(allOf([own, inArray(customers.number, [...readings]), ofAccount])),
  );
  const [first, ...others] = found.sort((a, b) => readings.indexOf(a.number ?? '') - readings.indexOf(b.number ?? ''));
  if (others.some((other) => other.accountId !== first?.accountId)) {
    throw badInput(['accountId'], 'is needed: several accounts have this customer', "an account's id");
  }
  return first ?? null;
}
