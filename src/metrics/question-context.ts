import type { Context } from '../graphql/context.ts';
import type { MetricsSurroundings } from './metrics-question.ts';

/** Where the questions of an operation are asked. */
export async function surroundings(context: Context): Promise<MetricsSurroundings> {
  const { timeZone, region, liveAgeLimitHours } = context.service;
  const { now, budget, sources } = context;
  const accounts = await context.accounts();
  return { now, accounts, timeZone, region, liveAgeLimitHours, budget, sources };
}
