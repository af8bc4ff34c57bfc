import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { badInput } from '../errors.ts';
import { type Customer, customers } from './customer.table.ts';

/**
 * The customer with a number, written as it is stored, or null. BAD_USER_INPUT where several accounts have one and none
 * is named. `accountId` null: of any account.
 */
export async function findCustomerByNumber(
  db: Database,
  { number, accountId }: { number: string; accountId: number | null },
): Promise<Customer | null> {
  const ofAccount = accountId === null ? undefined : eq(customers.accountId, accountId);
  const found = await db
    .select()
    .from(customers)
    .where(and(eq(customers.number, number), ofAccount))
    .limit(2);
  if (found.length > 1) {
    throw badInput(['accountId'], 'is needed: several accounts have this customer', "an account's id");
  }
  return found[0] ?? null;
}
