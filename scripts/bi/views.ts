import { asKept, hiddenWithNumber, maskedEmail, maskedKeys, maskedNumber, maskedText } from './masks-in-sql.ts';
import { metricColumns } from './metric-columns.ts';
import { masked, type View, type ViewColumn } from './view.ts';

const key = 'a number that joins these views, and no id of the API, which are enciphered';

const ofType = (type: string) => ({
  /** A column whose meaning is that of the field of the same name. */
  field: (name: string, sql: string): ViewColumn => ({ name, sql, field: { type, name } }),
});

const call = ofType('Call').field;
/** The calls of the accounts that a role sees, each with its customer. */
const ownCalls = `bi_role_accounts as r join calls on calls.account_id = r.account_id
  left join customers on customers.account_id = calls.account_id and customers.id = calls.customer_id`;

const numbers = ['customer_number', 'agent_number', 'source_number', 'destination_number', 'dialed_number'].map(
  (name) => `calls.${name}`,
);

type CallTexts = { sid: string; number: Shown; text: Shown; keys: Shown };
type Shown = (sql: string) => string;

function callColumns({ sid, number, text, keys }: CallTexts): ViewColumn[] {
  const same = (name: string, shown: Shown = (sql) => sql) => call(name, shown(`calls.${name}`));
  const word = (name: string) => same(name, (sql) => `${sql}::text`);
  const link = (name: string, what: string): ViewColumn => ({
    name: `${name}_key`,
    sql: `calls.${name}_id`,
    about: `The key of ${what}. Null without one.`,
  });
  return [
    { name: 'call_key', sql: 'calls.id', about: `The call: ${key}.` },
    { name: 'account_key', sql: 'calls.account_id', about: 'The key of its account in bi.accounts.' },
    call('call_sid', sid),
    word('direction'),
    word('status'),
    word('disposition'),
    word('outcome'),
    word('ended_by'),
    same('customer_number', number),
    link('customer', 'its customer in bi.customers'),
    call('customer_pseudonym', asKept('customers.pseudonym')),
    same('agent_number', number),
    same('agent_name', text),
    link('agent', 'its agent in bi.agents'),
    link('virtual_number', 'its virtual number in bi.virtual_numbers'),
    link('call_group', 'its call group in bi.call_groups'),
    link('campaign', 'its campaign in bi.campaigns'),
    same('source_number', number),
    same('destination_number', number),
    same('dialed_number', number),
    ...['started_at', 'leg_a_picked_at', 'leg_b_started_at', 'leg_b_picked_at', 'answered_at', 'ended_at'].map((name) =>
      same(name),
    ),
    ...['duration_seconds', 'talk_seconds', 'ivr_seconds', 'ring_seconds', 'wait_seconds', 'coins'].map((name) =>
      same(name),
    ),
    {
      name: 'has_recording',
      sql: 'calls.recording_url is not null',
      about: 'Whether there is a recording. Its address is answered by the API alone.',
    },
    same('key_press', keys),
    same('hangup_cause'),
    same('error_code', text),
    same('provider_status', text),
    same('provider_direction', text),
    same('created_at'),
    same('updated_at'),
  ];
}

const calls: View = {
  name: 'calls',
  about: 'The calls, with numbers as they are. Only for roles that were made with --numbers.',
  columns: callColumns({ sid: asKept('calls.call_sid'), number: asKept, text: asKept, keys: asKept }),
  from: ownCalls,
};

const callsMasked: View = {
  name: 'calls_masked',
  about: 'The calls, as they are shown without the scope numbers.',
  columns: callColumns({
    sid: hiddenWithNumber('calls.call_sid', numbers),
    number: maskedNumber,
    text: maskedText,
    keys: maskedKeys,
  }),
  from: `${ownCalls} ${masked}`,
};

/** Who or what takes part in calls, as it is shown without the scope numbers. */
function participants(table: string, type: string, shown: Record<string, string>): View {
  const { field } = ofType(type);
  const one = type.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return {
    name: table,
    about: `The ${table.replace('_', ' ')}, as they are shown without the scope numbers.`,
    columns: [
      { name: `${one}_key`, sql: 't.id', about: `The key: ${key}.` },
      { name: 'account_key', sql: 't.account_id', about: 'The key of the account in bi.accounts.' },
      ...Object.entries(shown).map(([name, sql]) => field(name, sql)),
      field('first_call_at', 't.first_call_at'),
      field('last_call_at', 't.last_call_at'),
    ],
    from: `bi_role_accounts as r join ${table} as t on t.account_id = r.account_id ${masked}`,
  };
}

const accountField = ofType('Account').field;
const accounts: View = {
  name: 'accounts',
  about: 'The accounts that the role sees.',
  columns: [
    { name: 'account_key', sql: 't.id', about: `The key: ${key}.` },
    accountField('name', maskedText('t.name')),
    accountField('provider', asKept('t.provider')),
    accountField('time_zone', asKept('t.time_zone')),
    accountField('region', asKept('t.region')),
    accountField('created_at', 't.created_at'),
  ],
  from: `bi_role_accounts as r join accounts as t on t.id = r.account_id ${masked}`,
};

const account: ViewColumn = {
  name: 'account_key',
  sql: 'r.account_id',
  about: 'The key of the account in bi.accounts.',
};
const groupedBy: ViewColumn[] = [
  {
    name: 'agent_key',
    sql: 'calls.agent_id',
    about: 'The key of the agent in bi.agents; null: the calls that name none.',
  },
  {
    name: 'campaign_key',
    sql: 'calls.campaign_id',
    about: 'The key of the campaign in bi.campaigns; null: the calls without one.',
  },
  {
    name: 'call_group_key',
    sql: 'calls.call_group_id',
    about: 'The key of the call group in bi.call_groups; null: the calls without one.',
  },
  {
    name: 'virtual_number_key',
    sql: 'calls.virtual_number_id',
    about: 'The key of the virtual number in bi.virtual_numbers; null: the calls without one.',
  },
  { name: 'direction', sql: 'calls.direction::text', about: 'INBOUND, OUTBOUND or UNKNOWN, as of calls.' },
];

function metrics(name: string, unit: 'DAY' | 'HOUR', about: string, buckets: ViewColumn[]): View {
  const sums = metricColumns();
  const named = (columns: readonly ViewColumn[]) => columns.map((one) => `${one.sql} as ${one.name}`).join(',\n    ');
  const found = (column: ViewColumn): ViewColumn => ({ ...column, sql: `found.${column.name}` });
  return {
    name,
    about: `${about}, in the account's time zone. A row for each of them, each account, agent, campaign, call group, virtual number and direction that has calls. Counts and sums, which add up over rows.`,
    columns: [...buckets, account, ...[...groupedBy, ...sums].map(found)],
    // The calls of each bucket are found by their index, and grouped, on their own: of another way to join them the planner thinks
    // too well, for it takes every bucket to have many calls.
    from: `bi_role_accounts as r join accounts as a on a.id = r.account_id
  join bi_buckets as b on b.time_zone = a.time_zone and b.unit = '${unit}'
  cross join lateral (
    select ${named([...groupedBy, ...sums])}
    from calls where calls.account_id = r.account_id and calls.started_at >= b.starts_at and calls.started_at < b.ends_at
    group by ${groupedBy.map((_, i) => i + 1).join(', ')}
  ) as found`,
  };
}

const day: ViewColumn = { name: 'day', sql: 'b.day', about: 'The local date.' };
const bounds: ViewColumn[] = [
  { name: 'starts_at', sql: 'b.starts_at', about: 'The first instant.' },
  { name: 'ends_at', sql: 'b.ends_at', about: 'The end, itself outside.' },
];
const dayOfWeek: ViewColumn = {
  name: 'day_of_week',
  sql: 'b.day_of_week',
  about: 'ISO: Monday = 1 to Sunday = 7.',
};

/** The views of the schema bi, in the order of the documents. */
export const views: readonly View[] = [
  calls,
  callsMasked,
  accounts,
  participants('agents', 'Agent', {
    name: maskedText('t.name'),
    number: maskedNumber('t.number'),
    email: maskedEmail('t.email'),
  }),
  participants('campaigns', 'Campaign', { campaign_code: maskedText('t.campaign_code'), name: maskedText('t.name') }),
  participants('call_groups', 'CallGroup', { name: maskedText('t.name') }),
  participants('virtual_numbers', 'VirtualNumber', { number: asKept('t.number'), name: maskedText('t.name') }),
  participants('customers', 'Customer', { number: maskedNumber('t.number'), pseudonym: asKept('t.pseudonym') }),
  metrics('daily_metrics', 'DAY', 'Figures of the calls that started in each day', [day, ...bounds, dayOfWeek]),
  metrics('hourly_metrics', 'HOUR', 'Figures of the calls that started in each hour', [
    day,
    ...bounds,
    dayOfWeek,
    {
      name: 'hour_of_day',
      sql: 'b.hour_of_day',
      about: '0 to 23. The repeated hour in autumn is two hours here, of the same number.',
    },
    {
      name: 'label',
      sql: `${asKept('b.label')}`,
      about: 'The local name of the hour: `2026-11-01T01:00-04:00`.',
    },
  ]),
];
