import { eq, inArray } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { requireScope } from '../access/require-scope.ts';
import { badInput } from '../errors.ts';
import { asciiDigits } from '../phone-numbers/ascii-digits.ts';
import { readingsOf } from '../phone-numbers/former-readings.ts';
import { allOf, everything } from '../query/condition.ts';
import { readText } from '../query/read-value.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type Customer, customers } from './participants.table.ts';

export type CustomerByNumberInput = {
  /** In any spelling. */
  number: unknown;
  /** Of which account; undefined: of any. Null names none. */
  accountId: number | null | undefined;
  /** Where numbers without a country code are read. */
  region: () => Promise<string>;
};

/**
 * The customer with a number, or null: as it is kept, else as it may have been kept before. BAD_USER_INPUT where several
 * accounts have one and none is named; FORBIDDEN without the scope numbers.
 */
export async function findCustomerByNumber(
  db: ViewerDatabase,
  { number, accountId, region }: CustomerByNumberInput,
): Promise<Customer | null> {
  requireScope(db.viewer, 'numbers');
  const text = readText(number, ['number']);
  if (accountId === null) return null;
  const readings = readingsOf(asciiDigits(text), await region());
  if (readings.length === 0) return null;
  const ofAccount = accountId === undefined ? everything : eq(customers.accountId, accountId);
  const found = await db.read(customers.accountId, opensTo.participants, (on, own) =>
    on
      .select()
      .from(customers)
      .where(allOf([own, inArray(customers.number, readings), ofAccount])),
  );
  const [first, ...others] = found.sort((a, b) => readings.indexOf(a.number ?? '') - readings.indexOf(b.number ?? ''));
  if (others.some((other) => other.accountId !== first?.accountId)) {
    throw badInput(['accountId'], 'is needed: several accounts have this customer', "an account's id");
  }
  return first ?? null;
}
