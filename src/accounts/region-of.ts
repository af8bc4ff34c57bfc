import type { CallFilter } from '../graphql/generated/resolvers.ts';
import type { Account } from './account.table.ts';
import { chooseAccount } from './choose-account.ts';

type Surroundings = { accounts: () => Promise<Account[]>; service: { region: string } };

/** Where a filter's numbers without a country code are read: in its one account's region, else in the service's. */
export async function regionOf(
  { accounts, service }: Surroundings,
  filter: Pick<CallFilter, 'accountId'> | null | undefined,
): Promise<string> {
  // Most filters hold no number: they cost no statement.
  if (!filter || !/number"/i.test(JSON.stringify(filter))) return service.region;
  return chooseAccount(await accounts(), filter)?.region ?? service.region;
}
