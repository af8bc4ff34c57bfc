import type { Random } from './random.ts';

/** Who and what takes part in made-up calls, each by index, and how often each does. */
export type Company = {
  agents: readonly { number: string; name: string }[];
  campaigns: readonly string[];
  groups: readonly string[];
  numbers: readonly string[];
  /** How many people call, or are called. */
  customers: number;
  customerNumber: (customer: number) => string;
  /** Who takes a call that starts at this moment. */
  drawAgent: (random: Random, startMs: number) => number;
  drawCampaign: (random: Random) => number;
  drawNumber: (random: Random) => number;
  /** An agent works for one group. */
  groupOf: (agent: number) => number;
};

/** Half of the calls are of anybody, half of those who call often. */
export function drawCustomer(random: Random, customers: number): number {
  return Math.floor(customers * (random.chance(0.5) ? random.next() : random.next() ** 4));
}
