import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ColumnName, PackedCalls } from '../../src/columnar/index.ts';
import { catalogue, type Metric } from '../../src/metrics/catalogue.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { appDefaults, startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { packCalls } from '../support/packed-world.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;
let packed: PackedCalls;
/** What the packed calls have; none: they are not packed at all. */
let has: (column: ColumnName) => boolean;
let isPacked: boolean;

beforeAll(async () => {
  appDefaults.openPackedCalls = async (_db, { columns }) => (isPacked && columns.every(has) ? packed : null);
  app = await startApp({ statementTimeoutMs: 2000 });
  const { db } = app.database;
  const accountId = app.account.id;
  const [agent] = await insertRows(db, agents, [{ accountId, name: 'Asha', number: '+919800000001' }]);
  const [campaign] = await insertRows(db, campaigns, [{ accountId, campaignCode: 'a' }]);
  const [group] = await insertRows(db, callGroups, [{ accountId, name: 'a' }]);
  const [number] = await insertRows(db, virtualNumbers, [{ accountId, number: '+912240000001' }]);
  const [customer] = await insertRows(db, customers, [{ accountId, number: '+919812345678' }]);
  const minute = (n: number) => new Date(Date.parse('2026-01-01T10:00:00Z') + n * 60_000).toISOString();
  const stored = await insertCalls(
    db,
    Array.from({ length: 40 }, (_, n) =>
      aCall({
        accountId,
        callSid: n % 3 === 0 ? 'a'.repeat(n + 1) : `b${n}`,
        startedAt: minute(n),
        endedAt: minute(n + 3),
        updatedAt: minute(n + 4),
        answeredAt: n % 2 === 0 ? minute(n + 1) : null,
        legAPickedAt: n % 5 === 0 ? null : minute(n),
        outcome: n % 2 === 0 ? 'ANSWERED' : 'ABANDONED',
        direction: n % 4 === 3 ? 'OUTBOUND' : 'INBOUND',
        ...(n % 3 > 0 && {
          agentId: agent?.id ?? null,
          campaignId: campaign?.id ?? null,
          callGroupId: group?.id ?? null,
          virtualNumberId: number?.id ?? null,
          customerId: customer?.id ?? null,
          customerNumber: '+919812345678',
          agentNumber: '+919800000001',
          agentName: 'a',
          providerStatus: 'a',
          errorCode: 'a',
          coins: String(n % 4),
          durationSeconds: n % 9,
          talkSeconds: n % 8,
          ivrSeconds: n % 6,
          ringSeconds: n % 7,
          waitSeconds: n % 10,
          recordingUrl: 'https://example.com/1.mp3',
        }),
      }),
    ),
  );
  packed = { chunks: packCalls(stored, 13, []) };
  ids = {
    id: toGlobalId('Call', stored[5]?.id ?? 0),
    accountId: toGlobalId('Account', accountId),
    agentId: toGlobalId('Agent', agent?.id ?? 0),
    campaignId: toGlobalId('Campaign', campaign?.id ?? 0),
    callGroupId: toGlobalId('CallGroup', group?.id ?? 0),
    virtualNumberId: toGlobalId('VirtualNumber', number?.id ?? 0),
    customerId: toGlobalId('Customer', customer?.id ?? 0),
  };
});
beforeEach(() => {
  isPacked = true;
  has = () => true;
});
afterAll(async () => {
  appDefaults.openPackedCalls = null;
  await app.close();
});

let ids: Record<string, string>;
const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" } }';

type Choice = { figures: string; source: string; reason?: string };
type Answer = { data: unknown; errors?: { path: unknown[]; extensions: { code: string } }[]; plan: Choice[] };

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors, extensions } = (await response.json()) as Answer & { extensions: { plan?: Choice[] } };
  return { data, ...(errors && { errors }), plan: extensions?.plan ?? [] };
}

/** The answer of either source, which must be the same, and what the packed calls' choice was. */
async function askBoth(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  isPacked = false;
  const calls = await ask(query, variables);
  isPacked = true;
  const answer = await ask(query, variables);
  expect(answer.errors).toBeUndefined();
  expect(calls.plan.every(({ source }) => source === 'calls')).toBe(true);
  expect(answer.data).toEqual(calls.data);
  return answer;
}

const figures = 'callCount answerRate { value } talkTime { sum percentile(p: 50) } waitTime { sum } coinsTotal';

test.each([
  ['totals', `totals { ${figures} }`],
  ['a series', `timeSeries(interval: HOUR) { metrics { ${figures} } }`],
  ['a breakdown', `breakdown(by: [AGENT]) { nodes { metrics { ${figures} } } other { ${figures} } }`],
  [
    'a breakdown in order of calls',
    `breakdown(by: [DIRECTION], first: 1) { nodes { metrics { ${figures} } } other { ${figures} } }`,
  ],
])('what lacks of packed calls is asked of calls alone: %s', async (_what, fields) => {
  const query = `{ callMetrics(${range}) { ${fields} } }`;
  const whole = await askBoth(query);
  has = (column) => column !== 'talkSeconds';
  const { data, plan } = await ask(query);
  expect(data).toEqual(whole.data);
  const fromCalls = plan.filter(({ source }) => source === 'calls');
  expect(fromCalls.map(({ figures }) => figures)).toEqual(['talkTime.sum, talkTime.percentile(50)']);
  expect(fromCalls[0]?.reason).toBe('made of what is not packed, or not in this version');
  expect(plan.filter(({ source }) => source === 'packed calls').length).toBeGreaterThan(0);
});

test('a breakdown in an order that packed calls cannot tell is asked of calls', async () => {
  const query = `{ callMetrics(${range}) { breakdown(by: [AGENT], orderBy: { metric: TALK_SECONDS_TOTAL, direction: DESC }) { nodes { metrics { ${figures} } } } } }`;
  const whole = await askBoth(query);
  has = (column) => column !== 'talkSeconds';
  const { data, plan } = await ask(query);
  expect(data).toEqual(whole.data);
  expect(plan[0]).toMatchObject({ figures: 'groups by AGENT', source: 'calls' });
});

test('what calls answer times out alone: the figures beside it stand, where the schema lets it be null', async () => {
  has = (column) => column !== 'talkSeconds';
  const nullable = 'callCount coinsTotal answerRate { value } talkTime { average percentile(p: 50) } waitTime { sum }';
  const query = `{ callMetrics(${range}) { totals { ${nullable} } } }`;
  const { data: whole } = (await ask(query)) as { data: { callMetrics: { totals: object } } };
  const blocker = new pg.Client({ connectionString: app.database.url });
  await blocker.connect();
  try {
    await blocker.query('begin; lock table calls in access exclusive mode');
    const { data, errors } = await ask(query);
    const talkTime = { average: null, percentile: null };
    expect(data).toEqual({ callMetrics: { totals: { ...whole.callMetrics.totals, talkTime } } });
    expect(new Set(errors?.map(({ path, extensions }) => `${path.join('.')}: ${extensions.code}`))).toEqual(
      new Set(['callMetrics.totals.talkTime.average: TIMEOUT', 'callMetrics.totals.talkTime.percentile: TIMEOUT']),
    );
  } finally {
    await blocker.end();
  }
}, 30_000);

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const argumentsOf: Record<string, string> = { p: '50', bounds: '[2, 5]' };

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return `{ ${Object.values(named.getFields())
    .map(({ name, args, type }) => `${name}${writtenOf(args)} ${selectionOf(type)}`)
    .join(' ')} }`;
}

function writtenOf(args: readonly GraphQLArgument[]): string {
  const needed = args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  return needed.length > 0 ? `(${needed.map(({ name }) => `${name}: ${argumentsOf[name]}`).join()})` : '';
}

const metrics = Object.values((schema.getType('CallMetrics') as GraphQLObjectType).getFields());

/** What the calls of a set do not tell by themselves, each computed in its own way. */
const apart = ['repeatCustomerRate', 'missedCustomersReached'];
const traffic = ['peakConcurrentCalls', 'peakConcurrentAt', 'erlangs', 'busyHour'];

test('every figure of the schema is in the catalogue, or is computed apart, and says where it does not add up', () => {
  expect(metrics.map(({ name }) => name).sort()).toEqual([...Object.keys(catalogue), ...apart, ...traffic].sort());
  for (const { name, description } of metrics) {
    const metric = catalogue[name as keyof typeof catalogue] as Metric | undefined;
    if (metric?.kind !== 'figure') continue;
    expect([name, /does not add up/i.test(description ?? '')]).toEqual([name, !metric.additive]);
  }
});

test.each(metrics.map(({ name }) => name))('the figure %s is told by packed calls as by calls', async (name) => {
  const field = metrics.find((one) => one.name === name) as (typeof metrics)[number];
  const figure = `${name}${writtenOf(field.args)} ${selectionOf(field.type)}`;
  const { data, plan } = await askBoth(`{
    callMetrics(${range}) {
      totals { ${figure} }
      timeSeries(interval: HOUR) { metrics { ${figure} } }
      breakdown(by: [DIRECTION]) { nodes { metrics { ${figure} } } }
    }
  }`);
  expect(plan.filter(({ source }) => source !== 'packed calls')).toEqual([]);
  expect(plan.length).toBeGreaterThan(1);
  expect(JSON.stringify((data as { callMetrics: { totals: object } }).callMetrics.totals)).not.toBe(`{"${name}":null}`);
});

/** Why packed calls do not tell what these ask for: they are long, each different, and seldom asked for in figures. */
const notPacked = [
  ...['callSid', 'updatedAt', 'agentName', 'callGroupName', 'campaignCode', 'customerNumber', 'agentNumber'],
  'providerStatus',
];
/** What names a few calls is asked of the index that leads to them. */
const few = new Set(['id.eq', 'id.in', 'customerId.eq', 'customerId.in']);

function sampleOf(field: string, operator: string, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(field, operator, type.ofType);
  if (isListType(type)) return [sampleOf(field, operator, type.ofType)];
  const named = getNamedType(type);
  if (isEnumType(named))
    return named.getValues().find(({ name }) => ['INBOUND', 'ANSWERED', 'COMPLETED'].includes(name))?.name;
  if (named.name === 'ID') return `#${field}`;
  const isPart = operator === 'startsWith' || operator === 'endsWith';
  if (field.endsWith('Number') && operator !== 'isNull')
    return isPart ? (operator === 'endsWith' ? '5678' : '9198') : '+919812345678';
  const values: Record<string, unknown> = {
    String: 'a',
    Int: 4,
    Decimal: '2',
    DateTime: '2026-01-01T10:20:00Z',
    Boolean: operator === 'hasRecording',
  };
  return values[named.name];
}

const filterFields = Object.values((schema.getType('CallFilter') as GraphQLInputObjectType).getFields());
const asked = filterFields.flatMap(({ name: field, type }): [string, object][] => {
  const named = getNamedType(type);
  if (['and', 'or', 'not'].includes(field)) {
    const inner = { direction: { eq: 'INBOUND' } };
    return [[field, { [field]: isListType(type) ? [inner] : inner }]];
  }
  if (!isInputObjectType(named)) return [[field, { [field]: sampleOf(field, field, type) }]];
  return Object.values(named.getFields()).map(({ name, type: of }) => [
    `${field}.${name}`,
    { [field]: { [name]: sampleOf(field, name, of) } },
  ]);
});

test.each(asked)('the filter %s is asked of packed calls as of calls, or it is said why not', async (name, marked) => {
  const filter = JSON.parse(JSON.stringify(marked).replace(/"#(\w+)"/g, (_, field) => `"${ids[field]}"`));
  const query = `query ($filter: CallFilter) { callMetrics(${range}, filter: $filter) { totals { callCount } } }`;
  const { data, plan } = await askBoth(query, { filter });
  const [choice, ...others] = plan;
  expect(others).toEqual([]);
  if (few.has(name)) expect(choice?.reason).toBe('an index finds the few calls');
  else if (notPacked.includes(name.split('.')[0] as string)) {
    expect(choice?.reason).toBe('the filter asks for what is not packed');
  } else expect(choice?.source).toBe('packed calls');
  counts.set(name, (data as { callMetrics: { totals: { callCount: number } } }).callMetrics.totals.callCount);
});

const counts = new Map<string, number>();
test('most of these filters match some calls and not others', () => {
  const telling = [...counts].filter(([, count]) => count > 0 && count < 40);
  expect(telling.length).toBeGreaterThan(asked.length * 0.7);
});
