import { plainId } from '../support/plain-ids.ts';

/** A dozen questions that a dashboard asks at each refresh. */
export type View = { name: string; questions: { query: string; variables: Record<string, unknown> }[] };

const usual = `callCount answeredCount missedCount abandonedCount answerRate { value } serviceLevel { value }
  talkTime { average } speedOfAnswer { average }`;
const few = 'callCount answeredCount missedCount';

const ranges = {
  today: { calendar: 'TODAY' },
  month: { calendar: 'THIS_MONTH' },
  lastMonth: { calendar: 'LAST_MONTH' },
  year: { last: 'P1Y' },
};

/** What is asked over which range. */
const asked: [keyof typeof ranges, string][] = [
  ['today', `totals { ${usual} liveCount } isFinal`],
  ['today', `timeSeries(interval: HOUR) { label metrics { ${few} } }`],
  ['today', `breakdown(by: [AGENT], first: 10) { nodes { agent { name } metrics { ${usual} } } other { callCount } }`],
  ['today', 'totals { peakConcurrentCalls busyHour { start erlangs } uniqueCustomerCount }'],
  ['month', `totals { ${usual} coinsTotal } compare(to: PREVIOUS_PERIOD) { totals { ${few} } }`],
  ['month', `timeSeries(interval: DAY) { label metrics { ${usual} } }`],
  ['month', `breakdown(by: [CAMPAIGN], first: 10) { nodes { campaign { campaignCode } metrics { ${few} } } }`],
  ['month', `breakdown(by: [DISPOSITION], first: 12) { nodes { disposition metrics { callCount } } }`],
  ['month', `heatMap { metrics { ${few} } }`],
  [
    'lastMonth',
    'totals { waitTime { p90: percentile(p: 90) } talkTime { histogram(bounds: [30, 60, 120, 300]) { count } } }',
  ],
  ['year', `timeSeries(interval: MONTH) { label metrics { ${usual} } }`],
  ['year', 'totals { callCount uniqueCustomerCount }'],
];

/** Views of everything, of campaigns, of groups and of teams of agents. */
const filters: [string, Record<string, unknown> | null][] = [
  ['all calls', null],
  ['inbound', { direction: { eq: 'INBOUND' } }],
  ...[1, 2, 3, 4, 5].map((id): [string, Record<string, unknown>] => [
    `campaign ${id}`,
    { campaignId: { eq: plainId('Campaign', id) } },
  ]),
  ...[1, 2, 3, 4, 5].map((id): [string, Record<string, unknown>] => [
    `group ${id}`,
    { callGroupId: { eq: plainId('CallGroup', id) } },
  ]),
  ...[0, 1, 2, 3].map((team): [string, Record<string, unknown>] => [
    `team ${team}`,
    { agentId: { in: Array.from({ length: 10 }, (_, i) => plainId('Agent', team * 10 + i + 1)) } },
  ]),
];

export const views: readonly View[] = filters.map(([name, filter]) => ({
  name,
  questions: asked.map(([range, fields]) => ({
    query: `query Widget($range: TimeRangeInput!, $filter: CallFilter) {
      callMetrics(range: $range, filter: $filter, timeZone: "Asia/Kolkata") { ${fields} }
    }`,
    variables: { range: ranges[range], filter },
  })),
}));
