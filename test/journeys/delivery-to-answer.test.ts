import { GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { type Service, startService } from '../support/service.ts';
import {
  asha,
  ashaThen,
  bilal,
  bilalThen,
  byAsha,
  byBilal,
  byChitra,
  type Call,
  chitra,
  chitraThen,
  documented,
  documentedLiveCall,
  documentedReport,
  documentedSid,
  documentedWhileLive,
  type Form,
  from,
  gurgaon,
  hunted,
  huntedInTheEnd,
  incoming,
  ist,
  nothing,
  type Payload,
  recording,
  stories,
  type Under,
  utc,
} from './lived-calls.ts';

let service: Service;
let client: GraphQLClient;
let startedAt: number;
let removeData: () => Promise<void>;

beforeAll(async () => {
  const { dataDir, remove } = await makeFilledDataDir();
  removeData = remove;
  service = await startService({ dataDir, env: { LOG_LEVEL: 'debug' } });
  client = new GraphQLClient(`${service.url}/graphql`);
  startedAt = Date.now();
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await removeData?.();
});

/** Sends a delivery as CallerDesk would; it must be acknowledged in the documented way. */
async function deliver(payload: Payload, form: Form, under: Under = ''): Promise<void> {
  const answer = await send(`${service.webhookUrl}${under}`, payload, form);
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: 'success' });
}

function send(url: string, payload: Payload, form: Form): Promise<Response> {
  const pairs = new URLSearchParams(payload).toString();
  if (form === 'QUERY') return fetch(`${url}?${pairs}`);
  const [type, body] =
    form === 'JSON' ? ['application/json', JSON.stringify(payload)] : ['application/x-www-form-urlencoded', pairs];
  return fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
}

// ------------------------------------------------------------------ asking

const participant = 'id account { name } firstCallAt lastCallAt';
const callFields = `
  id callSid account { name provider timeZone region } direction status disposition outcome endedBy
  customerNumber customerPseudonym customer { number } agentNumber agentName agent { number name email }
  virtualNumber { number } callGroup { name } campaign { campaignCode }
  sourceNumber destinationNumber dialedNumber
  startedAt legAPickedAt legBStartedAt legBPickedAt answeredAt endedAt
  durationSeconds talkSeconds ivrSeconds ringSeconds waitSeconds
  coins recordingUrl keyPress hangupCause errorCode providerStatus providerDirection createdAt updatedAt`;

type AnsweredCall = Call & { id: string; customerPseudonym: string | null; createdAt: string; updatedAt: string };
type Page<Row> = {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
  totalCountIsExact: boolean;
};

async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  return client.request<Data>(query, variables);
}

async function findCall(callSid: string): Promise<AnsweredCall> {
  const found = await ask<{ callBySid: AnsweredCall | null }>(
    `query ($callSid: String!) { callBySid(callSid: $callSid) { ${callFields} } }`,
    { callSid },
  );
  if (!found.callBySid) throw new Error(`there is no call ${callSid}`);
  return found.callBySid;
}

/** The fields of a type that can be read without asking a question of one's own, such as one about figures. */
async function plainFields(type: string): Promise<string[]> {
  type Field = { name: string; args: { defaultValue: string | null; type: { kind: string } }[] };
  const { __type } = await ask<{ __type: { fields: Field[] } }>(
    'query ($type: String!) { __type(name: $type) { fields { name args { defaultValue type { kind } } } } }',
    { type },
  );
  const isPlain = ({ args }: Field) =>
    !args.some(({ defaultValue, type }) => type.kind === 'NON_NULL' && defaultValue === null);
  return __type.fields
    .filter(isPlain)
    .map(({ name }) => name)
    .sort();
}

/** What is told of a call, without what a person cannot know before. */
function told(answered: AnsweredCall): Call {
  const { id: _id, customerPseudonym: _pseudonym, createdAt: _createdAt, updatedAt: _updatedAt, ...call } = answered;
  return call;
}

type Way = 'forwards' | 'backwards';

/** One page of a list, which may have arguments of its own, from a cursor on or up to it. */
async function askPage<Row>(list: string, selection: string, size: number, way: Way, cursor: string | null) {
  const place = way === 'forwards' ? 'first: $size, after: $cursor' : 'last: $size, before: $cursor';
  const field = list.includes('(') ? list.replace('(', `(${place}, `) : `${list}(${place})`;
  const { page } = await ask<{ page: Page<Row> }>(
    `query ($size: Int, $cursor: String) {
      page: ${field} {
        edges { cursor node { ${selection} } } nodes { ${selection} }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount totalCountIsExact
      }
    }`,
    { size, cursor },
  );
  return page;
}

/** All rows of a list, page by page, from its start or from its end. */
async function walk<Row>(list: string, selection: string, size: number, way: Way): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 100; pages += 1) {
    const page: Page<Row> = await askPage<Row>(list, selection, size, way, cursor);
    const { edges, nodes, pageInfo } = page;
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(nodes.length).toBeLessThanOrEqual(size);
    expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    if (way === 'forwards') {
      expect(pageInfo.hasPreviousPage).toBe(cursor !== null);
      rows.push(...nodes);
    } else {
      expect(pageInfo.hasNextPage).toBe(cursor !== null);
      rows.unshift(...nodes);
    }
    const goesOn = way === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!goesOn) {
      expect({ total: page.totalCount, exact: page.totalCountIsExact }).toEqual({ total: rows.length, exact: true });
      return rows;
    }
    expect(nodes).toHaveLength(size);
    cursor = way === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor;
  }
  throw new Error(`${list} has no end`);
}

// ------------------------------------------------------------------ the journey

describe('the documentation’s samples, exactly as printed there', () => {
  test('have placeholders for times, with a no-break space', () => {
    expect(documentedReport.StartTime).toBe('yyyy-mm-dd\u00a0 hh:mm:ss');
    expect(documentedReport.EndTime).toBe('yyyy-mm-dd hh:mm:ss');
    expect(documentedLiveCall.StartTime).toBe('yyyy-mm-dd\u00a0 hh:mm:ss');
    expect(Object.keys(documentedReport)).toHaveLength(19);
    expect(Object.keys(documentedLiveCall)).toHaveLength(8);
  });

  test('the live call is taken in all three forms and is in conversation', async () => {
    for (const form of ['QUERY', 'JSON', 'FORM'] as const) await deliver(documentedLiveCall, form);
    const call = await findCall(documentedSid);
    expect(told(call)).toEqual(documentedWhileLive);
    const { liveCalls } = await ask<{ liveCalls: { nodes: unknown[] } }>('{ liveCalls { nodes { callSid } } }');
    expect(liveCalls.nodes).toEqual([{ callSid: documentedSid }]);
  });

  test('the report is taken in all three forms and completes the same call', async () => {
    const { id, createdAt } = await findCall(documentedSid);
    await deliver(documentedReport, 'FORM');
    const first = await findCall(documentedSid);
    expect(told(first)).toEqual(documented);
    expect({ id: first.id, createdAt: first.createdAt }).toEqual({ id, createdAt });
    for (const form of ['JSON', 'QUERY', 'FORM'] as const) await deliver(documentedReport, form);
    expect(await findCall(documentedSid)).toEqual(first);
  });

  test('the live call, late and again, does not reopen it', async () => {
    const before = await findCall(documentedSid);
    await deliver(documentedLiveCall, 'JSON');
    await deliver({ ...documentedLiveCall, Status: 'Transfer to agent' }, 'FORM', '/live-call');
    expect(told(await findCall(documentedSid))).toEqual(documented);
    expect((await findCall(documentedSid)).updatedAt).toBe(before.updatedAt);
    const { liveCalls } = await ask<{ liveCalls: { nodes: unknown[] } }>('{ liveCalls { nodes { callSid } } }');
    expect(liveCalls.nodes).toEqual([]);
  });
});

describe('thirty calls of both directions', () => {
  test('are all acknowledged', async () => {
    expect(stories.length).toBeGreaterThanOrEqual(30);
    for (const { sent } of stories) for (const [payload, form, under] of sent) await deliver(payload, form, under);
  });

  test('a hunted call follows its agents, and a later report brings the recording', async () => {
    const live = {
      type: 'live_call',
      Direction: 'IVR',
      CallSid: hunted,
      SourceNumber: '9811100032',
      DestinationNumber: '01244567890',
      StartTime: ist('10:32:00'),
      call_group: 'Support',
      key_press: '2',
    };
    const progress = { ...nothing, callSid: hunted, ...from('+919811100032'), ...gurgaon, startedAt: utc('05:02:00') };
    const offered = { ...progress, callGroup: { name: 'Support' }, keyPress: '2' };

    await deliver({ ...live, Status: 'Transfer to agent', ...asha, receiver_name: 'Asha R.' }, 'JSON');
    expect(told(await findCall(hunted))).toEqual({
      ...offered,
      ...byAsha,
      agentName: 'Asha R.',
      status: 'RINGING',
      providerStatus: 'Transfer to agent',
    });
    const { id, createdAt } = await findCall(hunted);

    await deliver({ ...live, Status: 'Transfer to agent', DialWhomNumber: '9820000002' }, 'FORM', '/live-call');
    expect(told(await findCall(hunted))).toEqual({
      ...offered,
      ...byBilal,
      agentName: null, // not sent this time; the name that was sent before is another agent's
      status: 'RINGING',
      providerStatus: 'Transfer to agent',
    });

    await deliver({ ...live, Status: 'Picked', ...chitra, LegB_Picked_time: ist('10:33:00') }, 'QUERY');
    const talking = { ...offered, ...byChitra, status: 'IN_PROGRESS', providerStatus: 'Picked' };
    expect(told(await findCall(hunted))).toEqual({
      ...talking,
      legBPickedAt: utc('05:03:00'),
      answeredAt: utc('05:03:00'),
      waitSeconds: 60, // from the start: that leg A was picked up is not told yet
    });

    const report = {
      ...incoming,
      ...chitra,
      CallSid: hunted,
      Status: 'ANSWER (16-Agent)',
      SourceNumber: '9811100032',
      call_group: '',
      StartTime: ist('10:32:00'),
      EndTime: ist('10:35:00'),
      LegA_Picked_time: ist('10:32:04'),
      LegB_Start_time: ist('10:32:50'),
      LegB_Picked_time: ist('10:33:00'),
      CallDuration: '180',
      TalkDuration: '120',
      coins: '3',
      CallRecordingUrl: '',
    };
    await deliver(report, 'JSON', '/call-report');
    const reported = await findCall(hunted);
    expect(told(reported)).toEqual({ ...huntedInTheEnd, recordingUrl: null });

    await deliver({ ...report, CallRecordingUrl: recording(hunted) }, 'JSON', '/call-report');
    const complete = await findCall(hunted);
    expect(told(complete)).toEqual(huntedInTheEnd);
    expect(complete.updatedAt > reported.updatedAt).toBe(true);
    expect({ id: complete.id, createdAt: complete.createdAt }).toEqual({ id, createdAt });

    // The blank one again, and a live event that was held up on its way: neither takes anything away.
    await deliver(report, 'QUERY', '/call-report');
    await deliver({ ...live, Status: 'Transfer to agent', ...bilal }, 'JSON');
    expect(await findCall(hunted)).toEqual(complete);
  });

  test.each(stories.map((story) => [story.lived, story] as const))('the caller %s', async (_lived, { call }) => {
    expect(told(await findCall(call.callSid ?? ''))).toEqual({ ...nothing, ...call });
  });

  test('no field of a call is left unread', async () => {
    // How long a call that rings has been waiting is of the moment: not among what is compared.
    const ofNow = await ask<{ callBySid: object }>(`{ callBySid(callSid: "${documentedSid}") { waitingSeconds } }`);
    expect(ofNow.callBySid).toEqual({ waitingSeconds: null });
    const read = Object.keys({ ...(await findCall(documentedSid)), ...ofNow.callBySid });
    expect(await plainFields('Call')).toEqual(read.sort());
  });

  test('sent again in another form, a report changes nothing, not even the time of the last change', async () => {
    const all = () => walk<AnsweredCall>('calls(orderBy: { field: UPDATED_AT })', callFields, 50, 'forwards');
    const before = await all();
    const another: Record<Form, Form> = { JSON: 'FORM', FORM: 'QUERY', QUERY: 'JSON' };
    for (const { sent } of stories)
      for (const [payload, form, under] of sent) await deliver(payload, another[form], under);
    expect(await all()).toEqual(before);
    for (const { createdAt, updatedAt } of before) {
      expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(startedAt - 1000);
      expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
      expect(Date.parse(updatedAt)).toBeLessThanOrEqual(Date.now() + 1000);
    }
  });
});

describe('every list, walked page by page with a real client', () => {
  const expected: Call[] = [documented, ...stories.map(({ call }) => ({ ...nothing, ...call })), huntedInTheEnd];
  const byStart = expected.map(({ callSid }) => callSid);
  const sidsOf = (calls: { callSid: string }[]) => calls.map(({ callSid }) => callSid);

  test.each([1, 4, 7, 50] as const)('calls by their start, %i at a time, both ways', async (size) => {
    for (const way of ['forwards', 'backwards'] as const) {
      const oldestFirst = 'calls(orderBy: { field: STARTED_AT, direction: ASC })';
      const ascending = await walk<AnsweredCall>(oldestFirst, callFields, size, way);
      expect(ascending.map(told)).toEqual(expected);
      const latestFirst = await walk<{ callSid: string }>('calls', 'callSid', size, way);
      expect(sidsOf(latestFirst)).toEqual(byStart.toReversed());
    }
  });

  test.each([
    ['DESC', ['1740976260.101', hunted, '1740977220.117', '1740976320.102', '1740977340.119', '1740977280.118']],
    [
      'ASC',
      ['1740976380.103', '1740976440.104', '1740976500.105', '1740976560.106', '1740976620.107', '1740976680.108'],
    ],
  ] as const)('calls by their talk time, %s, both ways, those without one last', async (direction, first) => {
    const list = `calls(orderBy: { field: TALK_SECONDS, direction: ${direction} })`;
    const forwards = await walk<{ callSid: string; talkSeconds: number | null }>(
      list,
      'callSid talkSeconds',
      5,
      'forwards',
    );
    expect(await walk(list, 'callSid talkSeconds', 3, 'backwards')).toEqual(forwards);
    expect(sidsOf(forwards).slice(0, 6)).toEqual(first);
    const unknown = ['1740977940.129', '1740978000.130', '8812350'];
    const last = direction === 'ASC' ? unknown : unknown.toReversed();
    expect(sidsOf(forwards).slice(-3)).toEqual(last);
  });

  test('the live calls are the two that run', async () => {
    const live = await walk<{ callSid: string }>('liveCalls', 'callSid status', 1, 'forwards');
    expect(live).toEqual([
      { callSid: '8812350', status: 'IN_PROGRESS' },
      { callSid: '1740978000.130', status: 'RINGING' },
    ]);
  });

  test('agents, with their calls', async () => {
    const selection = `${participant} number name email calls(orderBy: { direction: ASC }) { nodes { callSid } totalCount }`;
    const agents = await walk<Record<string, unknown>>('agents', selection, 2, 'forwards');
    expect(await walk('agents', selection, 2, 'backwards')).toEqual(agents);
    const agent = (
      who: { number: string | null; name: string; email: string | null },
      [firstCallAt, lastCallAt]: [string, string],
      calls: string[],
    ) => ({
      id: expect.any(String),
      account: { name: 'default' },
      ...who,
      firstCallAt,
      lastCallAt,
      calls: { nodes: calls.map((callSid) => ({ callSid })), totalCount: calls.length },
    });
    expect(agents).toEqual([
      agent(
        ashaThen,
        [utc('04:31:00'), utc('04:59:00')],
        [
          '1740976260.101',
          '1740976500.105',
          '1740976920.112',
          '1740977220.117',
          '1740977280.118',
          '1740977340.119',
          '1740977940.129',
        ],
      ),
      agent(
        { number: '928xxxxx', name: 'Ashish', email: null },
        ['2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z'],
        [documentedSid],
      ),
      agent(
        bilalThen as { number: string; name: string; email: null },
        [utc('04:32:00'), utc('05:00:00')],
        [
          '1740976320.102',
          '1740976380.103',
          '1740976560.106',
          '1740976620.107',
          '1740976980.113',
          '1740977040.114',
          '1740977160.116',
          '8812345',
          '8812349',
          '1740977880.128',
          '1740978000.130',
        ],
      ),
      agent(
        chitraThen as { number: string; name: string; email: null },
        [utc('04:34:00'), utc('05:02:00')],
        ['1740976440.104', '1740976800.110', '1740977100.115', '8812346', '8812347', '8812348', '8812350', hunted],
      ),
      agent(
        { number: null, name: 'Deepa Iyer', email: 'deepa@shop.example' },
        [utc('04:50:00'), utc('04:50:00')],
        ['1740977400.120'],
      ),
    ]);
  });

  test('campaigns, those without a name in the order in which they came', async () => {
    const selection = `${participant} campaignCode name calls(orderBy: { direction: ASC }) { nodes { callSid } }`;
    const campaigns = await walk<Record<string, unknown>>('campaigns', selection, 1, 'forwards');
    expect(await walk('campaigns', selection, 2, 'backwards')).toEqual(campaigns);
    const campaign = (
      campaignCode: string,
      firstCallAt: string | null,
      lastCallAt: string | null,
      calls: string[],
    ) => ({
      id: expect.any(String),
      account: { name: 'default' },
      campaignCode,
      name: null,
      firstCallAt,
      lastCallAt,
      calls: { nodes: calls.map((callSid) => ({ callSid })) },
    });
    expect(campaigns).toEqual([
      // The live sample named it, the report of the same call another one.
      campaign('16786xxx', null, null, []),
      campaign('11387004', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', [documentedSid]),
      campaign('9995', utc('04:52:00'), utc('05:01:00'), ['1740977520.122', '8812345', '8812350']),
      campaign('20250301', utc('04:54:00'), utc('04:56:00'), ['8812346', '8812348']),
    ]);
  });

  test('call groups, told apart by case', async () => {
    const selection = `${participant} name calls(filter: { outcome: { eq: ANSWERED } }) { totalCount } all: calls { totalCount }`;
    const groups = await walk<Record<string, unknown>>('callGroups', selection, 3, 'forwards');
    expect(await walk('callGroups', selection, 1, 'backwards')).toEqual(groups);
    const group = (name: string, firstCallAt: string, lastCallAt: string, answered: number, all: number) => ({
      id: expect.any(String),
      account: { name: 'default' },
      name,
      firstCallAt,
      lastCallAt,
      calls: { totalCount: answered },
      all: { totalCount: all },
    });
    expect(groups).toEqual([
      group('Sales', utc('04:31:00'), utc('04:58:00'), 6, 17),
      group('sales', utc('04:49:00'), utc('04:49:00'), 1, 1),
      group('Support', utc('04:34:00'), utc('05:02:00'), 2, 4),
      group('TestGroup', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', 1, 1),
    ]);
  });

  test('virtual numbers', async () => {
    const selection = `${participant} number name calls { totalCount }`;
    const numbers = await walk<Record<string, unknown>>(
      'virtualNumbers(orderBy: { field: FIRST_CALL_AT })',
      selection,
      2,
      'forwards',
    );
    const number = (text: string, firstCallAt: string, lastCallAt: string, totalCount: number) => ({
      id: expect.any(String),
      account: { name: 'default' },
      number: text,
      name: null,
      firstCallAt,
      lastCallAt,
      calls: { totalCount },
    });
    expect(numbers).toEqual([
      number('0120xxxx', '2023-01-02T08:59:20.000Z', '2023-01-02T08:59:20.000Z', 1),
      number('+911244567890', utc('04:31:00'), utc('05:02:00'), 26),
      number('+91806286123', utc('04:53:19'), utc('05:01:00'), 6),
    ]);
  });

  test('customers: one per number, none for a mask or a withheld one', async () => {
    const selection = `${participant} number pseudonym name calls(orderBy: { direction: ASC }) { nodes { callSid customerPseudonym } }`;
    type Customer = {
      number: string;
      firstCallAt: string;
      lastCallAt: string;
      pseudonym: string;
      calls: { nodes: { callSid: string; customerPseudonym: string }[] };
    };
    const list = 'customers(orderBy: { field: LAST_CALL_AT, direction: DESC })';
    const customers = await walk<Customer>(list, selection, 6, 'forwards');
    expect(await walk(list, selection, 6, 'backwards')).toEqual(customers);
    expect(customers.map(({ number }) => number)).toEqual([
      '+919811100032',
      '+919811100031',
      '+919811100030',
      '+919811100029',
      '+919811100028',
      '+12125552368',
      '12345',
      '+919811100025',
      '+919811100024',
      '+919811100001',
      '+919811100021',
      '+919811100020',
      '+919811100017',
      '+919811100016',
      '+919811100015',
      '+919811100014',
      '+919811100013',
      '+919811100012',
      '+919811100011',
      '+919811100010',
      '+919811100009',
      '+919811100008',
      '+919811100007',
      '+919811100006',
      '+919811100004',
      '+919811100003',
      '+919811100002',
    ]);
    const repeated = customers.find(({ number }) => number === '+919811100001');
    const { pseudonym: customerPseudonym } = repeated ?? {};
    expect(repeated).toEqual({
      id: expect.any(String),
      account: { name: 'default' },
      number: '+919811100001',
      pseudonym: expect.stringMatching(/^[\w-]{12}$/),
      name: null,
      firstCallAt: utc('04:31:00'),
      lastCallAt: utc('04:53:19'),
      calls: {
        nodes: ['1740976260.101', '1740976500.105', '8812345'].map((callSid) => ({ callSid, customerPseudonym })),
      },
    });
    const { customerByNumber } = await ask<{ customerByNumber: Customer }>(
      `{ customerByNumber(number: "098111-00001") { ${selection} } }`,
    );
    expect(customerByNumber).toEqual(repeated);
    expect(new Set(customers.map(({ pseudonym }) => pseudonym)).size).toBe(customers.length);
  });

  test('the account', async () => {
    const { accounts } = await ask<{ accounts: { id: string; createdAt: string }[] }>(
      '{ accounts { id name provider timeZone region createdAt isDemo } }',
    );
    expect(accounts).toEqual([
      {
        id: expect.any(String),
        name: 'default',
        provider: 'callerdesk',
        timeZone: 'Asia/Kolkata',
        region: 'IN',
        createdAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        isDemo: false,
      },
    ]);
    const [account] = accounts;
    const { account: byId } = await ask<{ account: unknown }>(
      'query ($id: ID!) { account(id: $id) { id name provider timeZone region createdAt isDemo } }',
      { id: account?.id },
    );
    expect(byId).toEqual(account);
  });

  test('no field of whoever took part is left unread', async () => {
    const kinds = {
      Account: ['id', 'name', 'provider', 'timeZone', 'region', 'createdAt', 'isDemo'],
      Agent: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'name', 'email', 'calls'],
      Campaign: ['id', 'account', 'firstCallAt', 'lastCallAt', 'campaignCode', 'name', 'calls'],
      CallGroup: ['id', 'account', 'firstCallAt', 'lastCallAt', 'name', 'calls'],
      VirtualNumber: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'name', 'calls'],
      Customer: ['id', 'account', 'firstCallAt', 'lastCallAt', 'number', 'pseudonym', 'name', 'calls'],
    };
    for (const [type, read] of Object.entries(kinds)) {
      expect({ type, fields: await plainFields(type) }).toEqual({ type, fields: read.sort() });
    }
  });

  test('every id names its thing, alone and among others', async () => {
    const things = await ask<Record<string, { nodes: { id: string }[] }> & { accounts: { id: string }[] }>(`{
      accounts { id } calls { nodes { id } } agents { nodes { id } } campaigns { nodes { id } }
      callGroups { nodes { id } } virtualNumbers { nodes { id } } customers { nodes { id } }
    }`);
    const kinds: [type: string, field: string, found: { id: string }[]][] = [
      ['Account', 'account', things.accounts],
      ['Call', 'call', things.calls?.nodes ?? []],
      ['Agent', 'agent', things.agents?.nodes ?? []],
      ['Campaign', 'campaign', things.campaigns?.nodes ?? []],
      ['CallGroup', 'callGroup', things.callGroups?.nodes ?? []],
      ['VirtualNumber', 'virtualNumber', things.virtualNumbers?.nodes ?? []],
      ['Customer', 'customer', things.customers?.nodes ?? []],
    ];
    const all = kinds.flatMap(([type, , found]) => found.map(({ id }) => ({ __typename: type, id })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.length).toBe(1 + 33 + 5 + 4 + 4 + 3 + 27);
    const ids = all.map(({ id }) => id);
    const { nodes } = await ask<{ nodes: unknown[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids,
    });
    expect(nodes).toEqual(all);
    for (const [, field, found] of kinds) {
      const id = found[0]?.id;
      const answer = await ask<Record<string, { id: string } | null>>(
        `query ($id: ID!) { ${field}(id: $id) { id } node(id: $id) { id } }`,
        { id },
      );
      expect(answer).toEqual({ [field]: { id }, node: { id } });
    }
  });

  test('the figures count what was told', async () => {
    const { callMetrics } = await ask<{ callMetrics: { totals: Record<string, number> } }>(`{
      callMetrics(range: { between: { from: "2023-01-01T00:00:00Z", to: "2025-03-04T00:00:00Z" } }) {
        totals {
          callCount completedCount liveCount unreportedCount offeredCount answeredCount missedCount abandonedCount
          ivrEndedCount unknownCount inboundCount outboundCount
        }
      }
    }`);
    expect(callMetrics.totals).toEqual({
      callCount: 33,
      completedCount: 31,
      liveCount: 2,
      unreportedCount: 0,
      offeredCount: 28,
      answeredCount: 12,
      missedCount: 13,
      abandonedCount: 3,
      ivrEndedCount: 2,
      unknownCount: 1,
      inboundCount: 26,
      outboundCount: 6,
    });
  });
});

test('nothing of it is in the log: no number, no name, no secret', () => {
  const log = service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(log.length).toBeGreaterThan(0);
  expect(log.join('\n')).not.toMatch(
    /98111000|98200000|Asha|Bilal|Chitra|Deepa|17409\d{5}\.1|88123|"level":"(error|warn|fatal)"/,
  );
  expect(log.join('\n')).not.toContain(new URL(service.webhookUrl).pathname.split('/').at(-1));
});

test('while calls came, were packed and were asked for, Node had nothing to warn of', () => {
  expect(service.output()).not.toContain('Warning:');
});
