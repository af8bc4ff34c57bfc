import type { Account } from '../accounts/account.table.ts';
import type { MetricsSurroundings } from './metrics-question.ts';

type Operation = Pick<MetricsSurroundings, 'now' | 'budget' | 'sources'> & {
  accounts: () => Promise<Account[]>;
  service: Pick<MetricsSurroundings, 'timeZone' | 'region' | 'liveAgeLimitHours'>;
};

/** Where the questions of an operation are asked. */
export async function surroundings({
  now,
  budget,
  sources,
  accounts,
  service,
}: Operation): Promise<MetricsSurroundings> {
  const { timeZone, region, liveAgeLimitHours } = service;
  return { now, accounts: await accounts(), timeZone, region, liveAgeLimitHours, budget, sources };
}
