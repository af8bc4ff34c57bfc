import type { CallFilter } from '../graphql/generated/inputs.ts';
import type { IdCodec } from '../query/global-id.ts';
import type { Seals } from '../query/seals.ts';
import type { Account } from './account.table.ts';

/**
 * The one account that a question is about, whose zone and region then decide: the only one there is, or the one that
 * the filter's top level names by accountId eq or in. Null where there is no such one.
 */
export function chooseAccount(
  accounts: readonly Account[],
  filter: Pick<CallFilter, 'accountId'> | null | undefined,
  ids: IdCodec,
): Account | null {
  if (accounts.length === 1) return accounts[0] ?? null;
  const { eq, in: several } = filter?.accountId ?? {};
  const named = new Set((eq != null ? [eq] : (several ?? [])).map((text) => ids.rowIdOf('Account', text)));
  if (named.size !== 1) return null;
  return accounts.find(({ id }) => named.has(id)) ?? null;
}

type Around = { accounts: () => Promise<Account[]>; service: { region: string }; seals: Pick<Seals, 'ids'> };

/**
 * Where a filter's numbers without a country code are read: in its one account's region, else in the service's.
 * `hasNumbers`: whether it has any. Most have none: they cost no statement.
 */
export async function regionOf(
  { accounts, service, seals }: Around,
  filter: Pick<CallFilter, 'accountId'> | null | undefined,
  hasNumbers: boolean,
): Promise<string> {
  if (!hasNumbers) return service.region;
  return chooseAccount(await accounts(), filter, seals.ids)?.region ?? service.region;
}
