import { plainId } from '../support/plain-ids.ts';
import * as theirs from './questions-to-postgraphile.ts';
import type { SpanName } from './spans.ts';

/** What the answer to a question is held against: figures of everything that dashboards show. */
export type Question = {
  name: string;
  spans: readonly SpanName[];
  /** Unique and repeat customers have goals of their own. */
  isOfCustomers?: true;
  timeZone?: string;
  filter?: Record<string, unknown>;
  /** What is asked of the report. */
  fields: string;
  /** The same for PostGraphile, where it can express it. */
  theirs?: theirs.TheirQuestion;
};

const usual = `callCount answeredCount missedCount abandonedCount answerRate { value } abandonRate { value }
  serviceLevel { value } duration { sum } talkTime { average } speedOfAnswer { average }`;
const few = 'callCount answeredCount missedCount duration { sum }';
const campaign = plainId('Campaign', 5);
const agents = [7, 19, 42, 101, 250].map((id) => plainId('Agent', id));

const withCampaign = { campaignId: { eq: campaign } };
const withTwo = { agentId: { in: agents }, direction: { eq: 'INBOUND' } };
const withAlternatives = {
  or: [{ outcome: { eq: 'MISSED' } }, { waitSeconds: { gt: 60 } }],
  not: { campaignId: { eq: campaign } },
};

const campaignsBy = (interval: string) => `breakdown(by: [CAMPAIGN], first: 50) {
  nodes { campaign { id campaignCode } timeSeries(interval: ${interval}) { start metrics { callCount duration { sum } } } }
}`;

/** Needs every column of calls, and is none of the set. */
export const ofAllColumns: Question = {
  name: 'all columns',
  spans: ['year'],
  filter: { virtualNumberId: { isNull: false } },
  fields: `totals {
      callCount coinsTotal uniqueCustomerCount peakConcurrentCalls
      ivrTime { sum } ringTime { sum } waitTime { sum } talkTime { sum } duration { sum }
      a: serviceLevel(withinSeconds: 5, clock: LEG_A_PICKED) { value }
      b: serviceLevel(withinSeconds: 5, clock: LEG_B_STARTED) { value }
    }
    agents: breakdown(by: [AGENT]) { totalCount }
    campaigns: breakdown(by: [CAMPAIGN, CALL_GROUP]) { totalCount }`,
};

/** A fixed set, each over one or several spans of time. */
export const questions: readonly Question[] = [
  { name: 'totals', spans: ['day', 'month', 'year'], fields: `totals { ${usual} coinsTotal }`, theirs: theirs.totals },
  {
    name: 'service level, unusual thresholds',
    spans: ['month', 'year'],
    fields: `totals {
      a: serviceLevel(withinSeconds: 17, shortAbandonSeconds: 3) { value numerator denominator excluded }
      b: serviceLevel(withinSeconds: 43, clock: START, rule: ABANDONED_WITHIN_T_COUNT) { value excluded }
      c: serviceLevel(withinSeconds: 31, clock: LEG_B_STARTED, rule: ANSWERED_ONLY) { value excluded }
    }`,
  },
  {
    name: 'by hour',
    spans: ['day', 'month'],
    fields: `timeSeries(interval: HOUR) { start metrics { ${few} } }`,
    theirs: theirs.byHour,
  },
  {
    name: 'by day',
    spans: ['month', 'year'],
    fields: `timeSeries(interval: DAY) { start metrics { ${usual} } }`,
    theirs: theirs.byDay,
  },
  { name: 'by month', spans: ['year'], fields: `timeSeries(interval: MONTH) { start metrics { ${usual} } }` },
  {
    name: 'by day, Kathmandu',
    spans: ['month'],
    timeZone: 'Asia/Kathmandu',
    fields: `timeSeries(interval: DAY) { start metrics { ${usual} } }`,
  },
  {
    name: 'by day, New York',
    spans: ['month', 'year'],
    timeZone: 'America/New_York',
    fields: `timeSeries(interval: DAY) { start metrics { ${few} } }`,
  },
  {
    name: 'heat map, Kathmandu',
    spans: ['month', 'year'],
    timeZone: 'Asia/Kathmandu',
    fields: `heatMap { dayOfWeek hourOfDay metrics { ${few} } }`,
  },
  {
    name: 'by agent',
    spans: ['day', 'month', 'year'],
    fields: `breakdown(by: [AGENT], first: 500) { totalCount nodes { agent { id name } metrics { ${usual} } } other { callCount } }`,
    theirs: theirs.byAgent,
  },
  {
    name: 'by agent and disposition',
    spans: ['month'],
    fields: `breakdown(by: [AGENT, DISPOSITION], first: 50) {
      totalCount nodes { agent { name } disposition metrics { ${few} } } other { callCount }
    }`,
  },
  {
    name: 'by campaign and day',
    spans: ['month'],
    fields: campaignsBy('DAY'),
    theirs: theirs.byCampaignAndDay,
  },
  { name: 'by campaign and month', spans: ['year'], fields: campaignsBy('MONTH') },
  {
    name: 'percentiles and histogram',
    spans: ['month', 'year'],
    fields: `totals {
      waitTime { p50: percentile(p: 50) p90: percentile(p: 90) max }
      talkTime { p50: percentile(p: 50) p95: percentile(p: 95) histogram(bounds: [10, 30, 60, 120, 300, 600, 1200]) { from count } }
    }`,
  },
  {
    name: 'p90 by day',
    spans: ['month', 'year'],
    fields:
      'timeSeries(interval: DAY) { start metrics { waitTime { percentile(p: 90) } talkTime { percentile(p: 90) } } }',
  },
  {
    name: 'compared with the period before',
    spans: ['month'],
    fields: `totals { ${usual} } compare(to: PREVIOUS_PERIOD) { from to totals { ${usual} } }`,
  },
  {
    name: 'one campaign',
    spans: ['month', 'year'],
    filter: withCampaign,
    fields: `totals { ${usual} } timeSeries(interval: DAY) { start metrics { ${few} } }`,
    theirs: theirs.ofCampaign,
  },
  {
    name: 'five agents, inbound',
    spans: ['month', 'year'],
    filter: withTwo,
    fields: `totals { ${usual} } breakdown(by: [AGENT]) { nodes { agent { id } metrics { ${few} } } }`,
  },
  {
    name: 'missed or long waits',
    spans: ['month', 'year'],
    filter: withAlternatives,
    fields: `timeSeries(interval: DAY) { start metrics { ${few} } }`,
  },
  {
    name: 'peak and erlangs',
    spans: ['day', 'month', 'year'],
    fields: 'totals { peakConcurrentCalls peakConcurrentAt erlangs }',
  },
  {
    name: 'busy hour',
    spans: ['month', 'year'],
    fields: 'totals { busyHour { start callCount erlangs } }',
  },
  {
    name: 'peak by day',
    spans: ['month'],
    fields: 'timeSeries(interval: DAY) { start metrics { peakConcurrentCalls busyHour { start erlangs } } }',
  },
  {
    name: 'a dashboard in one operation',
    spans: ['day', 'month'],
    fields: `dataThrough isFinal totals { ${usual} } timeSeries(interval: DAY) { start metrics { ${few} } }
      breakdown(by: [AGENT], first: 10) { totalCount nodes { agent { name } metrics { ${few} } } other { callCount } }
      heatMap { metrics { callCount } }`,
  },
  {
    name: 'unique customers',
    spans: ['month', 'year'],
    isOfCustomers: true,
    fields: 'totals { uniqueCustomerCount }',
    theirs: theirs.uniqueCustomers,
  },
  {
    name: 'unique customers by day',
    spans: ['month', 'year'],
    isOfCustomers: true,
    fields: 'timeSeries(interval: DAY) { start metrics { uniqueCustomerCount } }',
  },
  {
    name: 'repeat customers',
    spans: ['month', 'year'],
    isOfCustomers: true,
    fields: 'totals { repeatCustomerRate { value numerator denominator excluded } }',
  },
  {
    name: 'missed customers reached',
    spans: ['month', 'year'],
    isOfCustomers: true,
    fields: 'totals { missedCustomersReached { value numerator denominator excluded } }',
  },
];
