import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { createKey } from '../../src/access/keys/create-key.ts';
import { defaultLimits } from '../../src/access/limits.ts';
import { administrator, type Scope, type Viewer } from '../../src/access/viewer.ts';
import { createAccount } from '../../src/accounts/accounts.ts';
import type { Question } from '../../src/graphql/server/answers.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { firstAnswer, liveQuestion } from '../support/first-answer.ts';

/** A way to a field: an operation, and the fields that lead there. */
export type Way = {
  path: string[];
  kind: 'query' | 'mutation' | 'subscription';
  /** A root field by another name, and what is asked below it: the field is called `it` unless it is the root field. */
  root: (alias: string) => string;
  /** Whether two viewers were told the same: cursors are bound to who asks. */
  isAlike: (a: unknown, b: unknown) => boolean;
};

/** What a viewer got; undefined where nothing leads to the field. */
export type Seen = { value: unknown; errors: NonNullable<GraphqlAnswer['errors']> };

/** Accounts asked about: all, the one whose rows the ways lead to, or another one. */
export type Asked = 'all' | 'own' | 'other';

export type FieldWorld = {
  waysTo: (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => Way[];
  /** What each of several ways gives, asked in one operation. */
  ask: (ways: readonly Way[], held: readonly Scope[], of: Asked) => Promise<Seen[]>;
  /** What nobody may be told who does not see the first account. */
  secrets: string[];
  close: () => Promise<void>;
};

const customer = '9812345678';
const accountName = 'Login 91-98123-45600';
/** Every text that a sender chooses holds digits of a number, in one form or another. */
const report = {
  type: 'call_report',
  CallSid: `sid-${customer}`,
  Direction: 'IVR',
  Status: 'WORD 998-877-6655',
  SourceNumber: customer,
  DestinationNumber: '08062861230',
  DialWhomNumber: '9198123401',
  receiver_name: 'Asha (9988) 776655',
  agent_email: 'asha.9988776655@example.com',
  call_group: 'Desk 080-4567-8901',
  campid: '99001122334',
  StartTime: '2026-03-02 10:00:00',
  EndTime: '2026-03-02 11:30:00',
  CallDuration: '5400',
  TalkDuration: '5000',
  coins: '1.5',
  KeyPress: '12345678',
  ErrorCode: '99988877',
  CallRecordingUrl: `https://records.example/${customer}/1`,
};
/** A call whose id holds no number, and whose direction nobody knows. */
const odd = { ...report, CallSid: 'plain-sid', Direction: 'IVR 98765 43210', StartTime: '2026-02-01 10:00:00' };
/** A call that rings, and began before the others. */
const live = {
  ...report,
  type: 'live_call',
  CallSid: `live-${customer}`,
  Status: 'Transfer to agent 998-877-6655',
  StartTime: '2026-01-01 10:00:00',
  EndTime: '',
  CallDuration: '',
  TalkDuration: '',
  coins: '',
  CallRecordingUrl: '',
};
const secrets = [customer, '98765 43210', '998-877-6655', '9198123401', 'Asha', 'asha', '4567-8901', '99001122334'];

const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-05T00:00:00Z" } }';

type Ids = Record<string, string>;

/** A service with an account of whose call everything is known, and another one. */
export async function startFieldWorld(): Promise<FieldWorld> {
  // Every field of a type is asked for at once.
  const limits = Object.fromEntries(Object.entries(defaultLimits).map(([name, limit]) => [name, limit * 100]));
  const app = await startApp({ limits });
  const { database, account } = app;
  const other = await createAccount(database.db, {
    name: 'other',
    timeZone: 'UTC',
    region: 'US',
    outgoingAgentLeg: 'LEG_A',
  });
  if (!other) throw new Error('there is an account of this name already');
  const unreadable = { ...report, CallSid: { of: customer } };
  for (const payload of [unreadable, live, odd, report]) await app.send(payload);
  await database.pool.query(`insert into ended_calls (account_id, call_id, removed_at, reason, replaced_by)
    values (${account.id}, 800001, now() - interval '2 hours', 'MERGED', (select max(id) from calls))`);
  await makeKeys(app);
  await database.pool.query(`update accounts set name = $1 where id = ${account.id}`, [accountName]);
  await database.pool.query(`insert into access_log (at, viewer, account_ids, operation_type, operation_name, change, changed_type,
      changed_id, requested_cost, actual_cost, rows, status, code, request_id)
    values (now(), 'bi', '{${account.id}}', 'QUERY', 'Named', 'account changed', 'Account', ${account.id}, 2, 1, 1, 200, 'TIMEOUT', 'a-request')`);
  const ids = await idsOf(app);
  for (const [field, type] of [
    ['updateCampaign', 'Campaign'],
    ['updateVirtualNumber', 'VirtualNumber'],
    ['updateCustomer', 'Customer'],
  ] as const) {
    await app.query(`mutation { ${field}(id: "${ids[type]}", name: "Named 9988-776655") { id } }`);
  }
  const accounts = { all: 'all', own: [account.id], other: [other.account.id] } as const;
  return {
    waysTo: (type, field) => waysTo(ids, type, field),
    ask: async (ways, scopes, of) => {
      const viewer: Viewer = { name: `${of} with ${scopes.join()}`, accounts: accounts[of], scopes };
      const askTogether = async (some: readonly Way[]): Promise<Seen[]> => {
        const document = `${some[0]?.kind} { ${some.map(({ root }, n) => root(`a${n}`)).join(' ')} }`;
        const { data, errors = [] } = await answerTo(app, viewer, document);
        return some.map(({ path }, n) => ({
          value: valueIn(data?.[`a${n}`] ?? null, path.length === 0),
          // One that is refused before it begins has no place.
          errors: errors.filter(({ path = [`a${n}`] }) => path[0] === `a${n}`),
        }));
      };
      // A mutation that is refused takes all of its operation along, and a subscription has one field.
      if (ways[0]?.kind === 'query') return askTogether(ways);
      const seen: Seen[] = [];
      for (const way of ways) seen.push(...(await askTogether([way])));
      return seen;
    },
    secrets,
    close: app.close,
  };
}

/** Keys of the first account, which open what may open more. */
async function makeKeys({ database: { pool }, account }: TestApp): Promise<void> {
  for (const name of ['a key', 'a key to rotate', 'a key to revoke']) {
    const asked = { now: new Date().toISOString(), path: [] };
    const rights = { accountIds: [account.id], expiresAt: null, documentsOnly: false, budget: null };
    await createKey(pool, administrator, { name, scopes: ['admin'], ...rights }, asked);
  }
}

async function answerTo(
  app: TestApp,
  viewer: Viewer,
  document: string,
): Promise<Pick<GraphqlAnswer, 'data' | 'errors'>> {
  if (document.startsWith('subscription')) return firstAnswer(app.answers, liveQuestion(document, { viewer }));
  return JSON.parse((await app.answers.answer(question(viewer, document))).text);
}

function question(viewer: Viewer, query: string): Question {
  const headers = { 'content-type': 'application/json' };
  const body = { query };
  return {
    requestId: 'a-request',
    viewer,
    isForeign: false,
    refused: [],
    accessLogLost: 0,
    chargedTo: 'a test',
    method: 'POST',
    search: '',
    headers,
    body,
  };
}

async function idsOf(app: TestApp): Promise<Ids> {
  const data = await app.query<Record<string, { nodes: { id: string }[] }>>(`{ Call: calls { nodes { id } }
    Agent: agents { nodes { id } } Campaign: campaigns { nodes { id } } CallGroup: callGroups { nodes { id } }
    VirtualNumber: virtualNumbers { nodes { id } } Customer: customers { nodes { id } }
    WebhookEvent: webhookEvents(filter: { state: [RECORDED] }) { nodes { id } } }`);
  const { accounts } = await app.query<{ accounts: { id: string; name: string }[] }>('{ accounts { id name } }');
  const found = Object.entries(data).map(([type, { nodes }]) => [type, nodes[0]?.id ?? '']);
  const OddCall = data.Call?.nodes[1]?.id ?? '';
  return {
    ...Object.fromEntries(found),
    OddCall,
    Account: accounts.find(({ name }) => name === accountName)?.id ?? '',
  };
}

/** The value of what the ways call `it`. */
function valueIn(data: unknown, isRoot = false): unknown {
  if (isRoot) return data;
  if (Array.isArray(data)) return data.length > 0 ? valueIn(data[0]) : undefined;
  if (data === null || typeof data !== 'object') return undefined;
  if (Object.hasOwn(data, 'it')) return (data as { it: unknown }).it;
  return valueIn(Object.values(data)[0]);
}

const plural = (type: string) => `${type[0]?.toLowerCase()}${type.slice(1)}s`;
const singular = (type: string) => `${type[0]?.toLowerCase()}${type.slice(1)}`;
const participants = ['Agent', 'Campaign', 'CallGroup', 'VirtualNumber', 'Customer'];
const keyFields: Record<string, string> = {
  account: 'ACCOUNT',
  agent: 'AGENT',
  campaign: 'CAMPAIGN',
  callGroup: 'CALL_GROUP',
  virtualNumber: 'VIRTUAL_NUMBER',
  direction: 'DIRECTION',
  disposition: 'DISPOSITION',
  hourOfDay: 'HOUR_OF_DAY',
  dayOfWeek: 'DAY_OF_WEEK',
};

/** Where objects of a type are found: the fields that lead there, and a root field with % for what is asked of them. */
type Place = [path: string[], operation: string];

function placesOf(ids: Ids, type: string, field: string): Place[] {
  const own = `filter: { accountId: { eq: "${ids.Account}" } }`;
  const within = (place: Place, steps: readonly [coordinate: string, text: string][]): Place => {
    const [path, operation] = place;
    const text = steps.reduceRight((inner, [, step]) => `${step} { ${inner} }`, '%');
    return [[...path, ...steps.map(([coordinate]) => coordinate)], operation.replace('%', () => text)];
  };
  const list = (name: string, args: string): Place => [[`Query.${name}`], `${name}(${args}) { % }`];
  const connectionOf = (of: string): Place[] => {
    if (of === 'Call') {
      return [
        list('calls', own),
        list('calls', `${own}, ${range}`),
        within(groups, [['CallMetricsGroup.calls', 'calls']]),
        within(report, [['CallMetricsReport.calls', 'calls']]),
        within(report, [
          ['CallMetricsReport.timeSeries', 'timeSeries(interval: MONTH)'],
          ['CallMetricsBucket.calls', 'calls'],
        ]),
      ];
    }
    if (of === 'AccessLog') return [list('accessLog', 'filter: { viewer: { eq: "bi" } }')];
    if (of === 'EndedCall') return [list('endedCalls', `since: "${new Date(Date.now() - 86_400_000).toISOString()}"`)];
    if (of === 'WebhookEvent') {
      const state = field === 'reason' ? 'UNREADABLE' : 'RECORDED';
      return [list('webhookEvents', `filter: { state: [${state}], accountId: { eq: "${ids.Account}" } }`)];
    }
    return [list(plural(of), own)];
  };
  const report: Place = [['Query.callMetrics'], `callMetrics(${range}, ${own}) { % }`];
  const by = keyFields[field] ?? 'AGENT';
  const breakdown = within(report, [['CallMetricsReport.breakdown', `breakdown(by: [${by}])`]]);
  const groups = within(breakdown, [['CallMetricsGroupConnection.nodes', 'nodes']]);
  const totals = within(report, [['CallMetricsReport.totals', 'totals']]);

  const connection = /^(\w+)Connection$/.exec(type)?.[1];
  const edge = /^(\w+)Edge$/.exec(type)?.[1];
  if (type === 'CallMetricsGroupConnection') return [breakdown];
  if (type === 'CallMetricsGroupEdge') return [within(breakdown, [['CallMetricsGroupConnection.edges', 'edges']])];
  if (connection) return connectionOf(connection);
  if (edge) return connectionOf(edge).map((place) => within(place, [[`${edge}Connection.edges`, 'edges']]));
  const nodes = (of: string) => connectionOf(of).map((place) => within(place, [[`${of}Connection.nodes`, 'nodes']]));
  const byId: Place = [[`Query.${singular(type)}`], `${singular(type)}(id: "${ids[type]}") { % }`];
  const byNode: Place = [['Query.node'], `node(id: "${ids[type]}") { ... on ${type} { % } }`];
  const ofCall: Place = [['Query.call'], `call(id: "${ids.Call}") { % }`];
  if (participants.includes(type)) {
    return [byId, byNode, ...nodes(type), within(ofCall, [[`Call.${singular(type)}`, singular(type)]])];
  }
  switch (type) {
    case 'Query':
      return [[[], '%']];
    case 'Mutation':
    case 'Subscription':
      return [[[], '%']];
    case 'PageInfo':
      return [within(list('calls', own), [['CallConnection.pageInfo', 'pageInfo']])];
    case 'Call':
      if (field === 'providerDirection') return [[['Query.call'], `call(id: "${ids.OddCall}") { % }`]];
      return [
        byId,
        byNode,
        ...nodes('Call'),
        ...nodes('WebhookEvent').map((place) => within(place, [['WebhookEvent.call', 'call']])),
      ];
    case 'AccessLogEntry':
      return nodes('AccessLog');
    case 'EndedCall':
      return nodes('EndedCall');
    case 'CallEvent':
      return [[['Subscription.callEvents'], `callEvents(${own}) { % }`]];
    case 'Account':
      return [byId, byNode, within(ofCall, [['Call.account', 'account']])];
    case 'WebhookEvent':
      return field === 'reason' ? nodes('WebhookEvent') : [byNode, ...nodes('WebhookEvent')];
    case 'WebhookHealth':
      return [[['Query.webhookHealth'], `webhookHealth(accountId: "${ids.Account}") { % }`]];
    case 'Viewer':
      return [[['Query.viewer'], 'viewer { % }']];
    case 'ApiKey':
      return [[['Query.apiKeys'], 'apiKeys { % }']];
    case 'IssuedApiKey':
      return [[['Mutation.createApiKey'], `createApiKey(input: ${newKey(ids)}) { % }`]];
    case 'ReplayResult':
      return [[['Mutation.replayWebhookEvents'], `replayWebhookEvents(${own}, dryRun: true) { % }`]];
    case 'CallMetricsReport':
      return [report, within(report, [['CallMetricsReport.compare', 'compare(to: PREVIOUS_PERIOD)']])];
    case 'CallMetrics':
      return [
        totals,
        ...participants.map(
          (of): Place => [
            [`Query.${singular(of)}`, `${of}.metrics`],
            `${singular(of)}(id: "${ids[of]}") { metrics(${range}) { % } }`,
          ],
        ),
      ];
    case 'CallMetricsBucket':
      return [within(report, [['CallMetricsReport.timeSeries', 'timeSeries(interval: DAY)']])];
    case 'CallMetricsHeatMapCell':
      return [within(report, [['CallMetricsReport.heatMap', 'heatMap']])];
    case 'CallMetricsGroup':
      return [groups];
    case 'Ratio':
      return [within(totals, [['CallMetrics.answerRate', 'answerRate']])];
    case 'DurationStatistics':
      return [within(totals, [['CallMetrics.duration', 'duration']])];
    case 'HistogramBin':
      return [
        within(totals, [
          ['CallMetrics.duration', 'duration'],
          ['DurationStatistics.histogram', 'histogram(bounds: [10])'],
        ]),
      ];
    case 'LiveBoard':
      return [[['Query.liveBoard'], `liveBoard(${own}) { % }`]];
    case 'LiveBoardRow':
      return [within(placeOf(ids, 'LiveBoard'), [['LiveBoard.breakdown', `breakdown(by: ${by})`]])];
    case 'LiveFigures':
      return [
        within(placeOf(ids, 'LiveBoard'), [['LiveBoard.totals', 'totals']]),
        within(placeOf(ids, 'LiveBoardRow'), [['LiveBoardRow.figures', 'figures']]),
      ];
    case 'BusyHour':
      return [within(totals, [['CallMetrics.busyHour', 'busyHour']])];
  }
  throw new Error(`say how to get to a ${type}`);
}

/** The one place where objects of a type are found. */
const placeOf = (ids: Ids, type: string): Place => placesOf(ids, type, '')[0] as Place;

/** Every way to a field, and what it is asked with. */
function waysTo(ids: Ids, type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Way[] {
  const own = `{ accountId: { eq: "${ids.Account}" } }`;
  const values: Record<string, string> = {
    id: `"${ids[givenId(field.name)]}"`,
    ids: `["${ids.Account}"]`,
    callSid: '"plain-sid"',
    number: `"${customer}"`,
    accountId: `"${ids.Account}"`,
    ...(type.name !== 'Subscription' && { since: `"${new Date(Date.now() - 86_400_000).toISOString()}"` }),
    range: range.slice('range: '.length),
    filter: ['Query', 'Mutation', 'Subscription'].includes(type.name) && field.name !== 'accessLog' ? own : '{}',
    interval: 'DAY',
    by: type.name === 'LiveBoard' ? 'AGENT' : '[AGENT]',
    to: 'PREVIOUS_PERIOD',
    p: '50',
    bounds: '[10]',
    name: '"Named 9988-776655"',
    dryRun: 'true',
    input: newKey(ids),
    ...(keyNames[field.name] && { name: `"${keyNames[field.name]}"` }),
  };
  const given = field.args.flatMap(({ name }) => (values[name] === undefined ? [] : [`${name}: ${values[name]}`]));
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  const asked = `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
  // Of what is told to each viewer alone, or once, only that it is told is alike.
  const isOwn =
    /cursor$|^secret$|^token$|^serverTime$|^waitingSeconds$|^longestWaitSeconds$/i.test(field.name) ||
    type.name === 'Viewer';
  return placesOf(ids, type.name, field.name).map(([path, operation]) => ({
    path,
    kind: kindOf(path[0] ?? type.name),
    root: (alias) =>
      `${alias}: ${path.length === 0 ? asked : operation.replace('%', () => `it: ${asked}`)}`.replace('?n', unused),
    isAlike: (a, b) => (isOwn ? typeof a === typeof b : JSON.stringify(first(a)) === JSON.stringify(first(b))),
  }));
}

function kindOf(coordinate: string): Way['kind'] {
  if (coordinate.startsWith('Mutation')) return 'mutation';
  return coordinate.startsWith('Subscription') ? 'subscription' : 'query';
}

const keyNames: Record<string, string> = { rotateApiKey: 'a key to rotate', revokeApiKey: 'a key to revoke' };

const newKey = (ids: Ids) => `{ name: "a new key ?n", scopes: [ADMIN], accountIds: ["${ids.Account}"] }`;

let used = 0;
const unused = () => String(++used);

/** The type of the id that a root field takes. */
function givenId(field: string): string {
  const named = field.replace(/^update/, '');
  return named === 'node' ? 'Account' : `${named[0]?.toUpperCase()}${named.slice(1)}`;
}

/** Of a list its first: others may have more. */
const first = (value: unknown) => (Array.isArray(value) ? value.slice(0, 1) : value);
