import type { Company } from '../../src/generator/company.ts';
import { weightedChoice } from '../../src/generator/random.ts';

const counts = { agents: 300, campaigns: 40, groups: 20, numbers: 30 };
const firstNames = [
  'Asha',
  'Vikram',
  'Meera',
  'Rohan',
  'Farah',
  'Dev',
  'Kavya',
  'Imran',
  'Leela',
  'Arjun',
  'Zoya',
  'Nikhil',
];
const lastNames = ['Rao', 'Singh', 'Nair', 'Das', 'Khan', 'Iyer', 'Patel', 'Bose', 'Menon', 'Gupta'];
const subjects = ['Sales', 'Support', 'Billing', 'Renewals', 'Retention'];
const places = ['North', 'South', 'East', 'West'];

const two = (n: number) => String(n).padStart(2, '0');
const each = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

/** Who and what takes part, by index; the id of each in the database is its index and one. */
export const agents = each(counts.agents, (i) => ({
  number: `+9192${String(10_000_000 + i * 137).padStart(8, '0')}`,
  name: `${firstNames[i % 12]} ${lastNames[Math.floor(i / 12) % 10]} ${i + 1}`,
}));
export const campaigns = each(counts.campaigns, (i) => `${1000 + i * 7}`);
export const groups = each(counts.groups, (i) => `${subjects[i % 5]} ${places[Math.floor(i / 5)]}`);
export const numbers = each(counts.numbers, (i) => `+9180628600${two(i)}`);

export function customerNumber(customer: number): string {
  return `+9198${String((customer * 7919) % 100_000_000).padStart(8, '0')}`;
}

const rest = {
  agents,
  campaigns,
  groups,
  numbers,
  customerNumber,
  drawAgent: weightedChoice(agents.map((_, i) => 1 / (i + 12) ** 0.7)),
  drawCampaign: weightedChoice(campaigns.map((_, i) => 1 / (i + 3))),
  drawNumber: weightedChoice(numbers.map((_, i) => 1 / (i + 4))),
  groupOf: (agent: number) => (agent * 7) % counts.groups,
};

/** A company that is large enough for ten million calls. */
export function benchCompany(customers: number): Company {
  return { ...rest, customers };
}
