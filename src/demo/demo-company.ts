import type { Company } from '../generator/company.ts';
import { weightedChoice } from '../generator/random.ts';

/**
 * Numbers are fictitious: nobody in India has one that begins with +91 5000, and yet each is as long as one there.
 */
const number = (rest: number) => `+915000${String(rest).padStart(6, '0')}`;

/** The part of a made-up company that calls through one account. */
export type DemoAccount = {
  name: string;
  /** How many calls a usual day has. */
  callsOfDay: number;
  /** Whom of its customers it knows by name, by index. */
  customerNames: readonly string[];
  /** The names of its campaigns and of its numbers, in their order: the provider sends none. */
  campaignNames: readonly string[];
  numberNames: readonly string[];
  company: Company;
};

type Told = {
  place: number;
  name: string;
  callsOfDay: number;
  customers: number;
  agents: readonly string[];
  groups: readonly string[];
  campaigns: readonly string[];
  numbers: readonly string[];
  customerNames: readonly string[];
};

function accountOf({ place, name, callsOfDay, customers, agents, groups, campaigns, numbers, customerNames }: Told) {
  const from = (place + 1) * 1000;
  const company: Company = {
    agents: agents.map((agent, i) => ({ name: agent, number: number(from + i + 1) })),
    campaigns: campaigns.map((_, i) => String(from + 101 + i)),
    groups,
    numbers: numbers.map((_, i) => number(from + 501 + i)),
    customers,
    customerNumber: (customer) => number(100_000 * (place + 1) + ((customer * 7919) % 100_000)),
    drawAgent: weightedChoice(agents.map((_, i) => 1 / (i + 4))),
    drawCampaign: weightedChoice(campaigns.map((_, i) => 1 / (i + 1))),
    drawNumber: weightedChoice(numbers.map((_, i) => 1 / (i + 1))),
    groupOf: (agent) => agent % groups.length,
  };
  return { name, callsOfDay, company, customerNames, campaignNames: campaigns, numberNames: numbers };
}

/** A made-up company with two accounts, 12 agents, 6 campaigns, 5 call groups and 4 virtual numbers. */
export const demoAccounts: readonly DemoAccount[] = [
  accountOf({
    place: 0,
    name: 'demo-sales',
    callsOfDay: 160,
    customers: 5000,
    agents: ['Asha Rao', 'Vikram Singh', 'Meera Nair', 'Rohan Das', 'Farah Khan', 'Dev Patel', 'Kavya Iyer'],
    groups: ['Sales North', 'Sales South', 'Renewals'],
    campaigns: ['Website enquiries', 'Festive offer', 'Renewal reminders', 'Trade fair'],
    numbers: ['Sales line', 'Festive offer line'],
    customerNames: ['Sample Hotel', 'Example Traders', 'Placeholder Textiles', 'Test Pharmacy', 'Model School'],
  }),
  accountOf({
    place: 1,
    name: 'demo-support',
    callsOfDay: 105,
    customers: 3000,
    agents: ['Imran Bose', 'Leela Menon', 'Arjun Gupta', 'Zoya Ali', 'Nikhil Joshi'],
    groups: ['Technical support', 'Billing'],
    campaigns: ['Warranty', 'Service visits'],
    numbers: ['Help line', 'Billing line'],
    customerNames: ['Fictional Foods', 'Dummy Motors', 'Imaginary Clinic'],
  }),
];
