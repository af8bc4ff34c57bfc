import type { Account } from '../accounts/account.table.ts';
import type { QuestionContext } from './metrics-question.ts';

type Operation = Pick<QuestionContext, 'now' | 'budget' | 'sources'> & {
  accounts: () => Promise<Account[]>;
  service: Pick<QuestionContext, 'timeZone' | 'region' | 'liveAgeLimitHours'>;
};

/** Where the questions of an operation are asked. */
export async function questionContext({
  now,
  budget,
  sources,
  accounts,
  service,
}: Operation): Promise<QuestionContext> {
  const { timeZone, region, liveAgeLimitHours } = service;
  return { now, accounts: await accounts(), timeZone, region, liveAgeLimitHours, budget, sources };
}
