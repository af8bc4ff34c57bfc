import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scope, scopes, type Viewer } from '../../../src/access/viewer.ts';
import { createAccount } from '../../../src/accounts/accounts.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let otherUrl: string;
/** The scopes of who asks are in the Authorization header. */
const viewerOf = (authorization: string | undefined): Viewer => ({
  name: authorization ?? 'all',
  accounts: 'all',
  scopes: authorization === undefined ? scopes : (authorization.split(',') as Scope[]),
});
const masked = 'calls,metrics,recordings,inbox,names:write,replay';

async function ask(query: string, held?: string): Promise<GraphqlAnswer> {
  const headers = { 'content-type': 'application/json', ...(held !== undefined && { authorization: held }) };
  const reply = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
}

/** The data of an answer without errors. */
async function dataOf<Data>(query: string, held = masked): Promise<Data> {
  const { data, errors } = await ask(query, held);
  expect(errors ?? []).toEqual([]);
  return data as Data;
}

const report = (n: number, more: Record<string, unknown> = {}) => ({
  type: 'call_report',
  CallSid: `call-${n}`,
  Direction: 'IVR',
  Status: 'ANSWER',
  SourceNumber: `981234${5210 + n}`,
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Asha',
  agent_email: 'asha@sales.example.com',
  StartTime: `2026-03-0${n + 1} 10:00:00`,
  EndTime: `2026-03-0${n + 1} 10:02:00`,
  CallDuration: '120',
  TalkDuration: '60',
  ...more,
});

beforeAll(async () => {
  app = await startApp({ viewerOf });
  const other = await createAccount(app.database.db, {
    name: 'Login 98123-45600',
    timeZone: 'Asia/Kolkata',
    region: 'IN',
    outgoingAgentLeg: 'LEG_A',
  });
  otherUrl = `${app.url}/webhooks/callerdesk/${other?.secret}`;
  await app.send(report(0));
  await app.send(
    report(1, { CallSid: 'sid-2345211-x', receiver_name: 'Asha 92812 34567', call_group: 'Desk 080-4567-890' }),
  );
  await app.send(
    report(2, { SourceNumber: '9812345210', KeyPress: '1234', CallRecordingUrl: 'https://records.example/a' }),
  );
  await app.send(report(3, { CallRecordingUrl: 'https://records.example/%39812345213', Status: 'LOST 981-234-5213' }));
  for (const [url, n] of [
    [otherUrl, 4],
    [app.webhookUrl, 5],
  ] as const) {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(report(n, { CallSid: `both-98123452${10 + n}`, SourceNumber: `98123452${10 + n}` }));
    await fetch(url, { method: 'POST', headers, body });
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(report(n, { CallSid: 'both' })) });
    await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(report(n, { CallSid: 'hidden-in-both-2345219', SourceNumber: '9812345219' })),
    });
  }
});
afterAll(() => app.close());

describe('a viewer without the scope numbers', () => {
  test('sees whose calls are of one customer, and not who that is, by whatever way', async () => {
    const { calls } = await dataOf<{ calls: { nodes: Record<string, string>[] } }>(
      `{ calls(first: 50, filter: { callSid: { in: ["call-0", "call-2"] } }) { nodes { id customerNumber customerPseudonym
        customer { id name number pseudonym } } } }`,
    );
    const [one, two] = calls.nodes as [Record<string, string>, Record<string, string>];
    expect(one.customerNumber).toBe('+91 98•••••210');
    expect(one.customerPseudonym).toMatch(/^[\w-]{12}$/);
    expect(two).toEqual({ ...one, id: two.id });
    const { id } = one.customer as unknown as { id: string };
    const shown = { id, name: null, number: '+91 98•••••210', pseudonym: one.customerPseudonym };
    const ways = await dataOf<
      Record<string, unknown>
    >(`{ node(id: "${id}") { ... on Customer { id name number pseudonym } }
      customer(id: "${id}") { id name number pseudonym } customers(filter: { id: { eq: "${id}" } }) { nodes { id name number pseudonym } }
      call(id: "${one.id}") { customerPseudonym customer { id name number pseudonym } } }`);
    expect(ways).toEqual({
      node: shown,
      customer: shown,
      customers: { nodes: [shown] },
      call: { customerPseudonym: one.customerPseudonym, customer: shown },
    });
    const all = await dataOf<{ customer: object }>(`{ customer(id: "${id}") { number pseudonym } }`, scopes.join());
    expect(all.customer).toEqual({ number: '+919812345210', pseudonym: one.customerPseudonym });
  });

  test('groups calls by customer, with mask and pseudonym, and goes on to the calls', async () => {
    const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-04T00:00:00Z" } }';
    const query = `{ callMetrics(${range}) { breakdown(by: [CUSTOMER], first: 2) { totalCount nodes { customer { number pseudonym }
      metrics { callCount } calls { totalCount nodes { callSid customerPseudonym } } } } } }`;
    type Found = { callMetrics: { breakdown: { totalCount: number; nodes: { customer: { pseudonym: string } }[] } } };
    const { breakdown } = (await dataOf<Found>(query)).callMetrics;
    expect(breakdown.totalCount).toBe(2);
    const pseudonym = breakdown.nodes[0]?.customer.pseudonym;
    expect(breakdown.nodes[0]).toEqual({
      customer: { number: '+91 98•••••210', pseudonym },
      metrics: { callCount: 2 },
      calls: {
        totalCount: 2,
        nodes: ['call-2', 'call-0'].map((callSid) => ({ callSid, customerPseudonym: pseudonym })),
      },
    });
  });

  test('is shown no id of the provider that holds a number, and finds nothing by it', async () => {
    const sid = 'sid-2345211-x';
    const query = `{ callBySid(callSid: "${sid}") { id } eq: calls(filter: { callSid: { eq: "${sid}" } }) { totalCount }
      part: calls(filter: { callSid: { startsWith: "sid-" } }) { totalCount } isNull: calls(filter: { callSid: { isNull: true } }) { totalCount }
      ne: calls(filter: { callSid: { ne: "${sid}" } }) { totalCount } calls(last: 2) { nodes { callSid } } }`;
    type Counts = Record<string, { totalCount: number }>;
    const hidden = await dataOf<Counts>(query);
    expect(hidden).toMatchObject({ callBySid: null, eq: { totalCount: 0 }, part: { totalCount: 0 } });
    expect(hidden.isNull?.totalCount).toBe(5);
    expect(hidden.ne?.totalCount).toBe(10);
    expect(hidden.calls).toEqual({ nodes: [{ callSid: '•••••••' }, { callSid: 'call-0' }] });
    const seen = await dataOf<Counts>(query, scopes.join());
    expect(seen).toMatchObject({
      eq: { totalCount: 1 },
      part: { totalCount: 1 },
      isNull: { totalCount: 0 },
      ne: { totalCount: 9 },
    });
    expect(seen.callBySid).not.toBeNull();
  });

  test('is not told that several accounts have a call by an id that is hidden', async () => {
    const query = (sid: string) => `{ callBySid(callSid: "${sid}") { id } }`;
    expect((await ask(query('both'), masked)).errors?.[0]?.message).toContain('several accounts');
    const hidden = await ask(query('hidden-in-both-2345219'), masked);
    expect([hidden.status, hidden.data, hidden.errors]).toEqual([200, { callBySid: null }, undefined]);
    expect((await ask(query('hidden-in-both-2345219'))).errors?.[0]?.message).toContain('several accounts');
  });

  test('is shown texts without the numbers in them', async () => {
    const { calls } = await dataOf<{ calls: { nodes: object[] } }>(
      '{ calls(filter: { accountId: { ne: "no" } }, last: 4) { nodes { agentName callGroup { name } keyPress providerStatus agent { name number email } } } }',
    );
    const agent = { name: 'Asha', number: '+91 92•••••567', email: 'a•••••••@•••••••.com' };
    expect(calls.nodes).toEqual([
      { agentName: 'Asha', callGroup: null, keyPress: null, providerStatus: 'LOST •••••••', agent },
      { agentName: 'Asha', callGroup: null, keyPress: '•••••••', providerStatus: 'ANSWER', agent },
      {
        agentName: 'Asha •••••••',
        callGroup: { name: 'Desk •••••••' },
        keyPress: null,
        providerStatus: 'ANSWER',
        agent,
      },
      { agentName: 'Asha', callGroup: null, keyPress: null, providerStatus: 'ANSWER', agent },
    ]);
    const { accounts } = await dataOf<{ accounts: { name: string }[] }>('{ accounts { name } }');
    expect(accounts.map(({ name }) => name)).toEqual(['default', 'Login •••••••']);
  });

  test('filters by what is shown', async () => {
    const count = (filter: string) => `calls(filter: ${filter}) { totalCount }`;
    const counts = await dataOf<Record<string, { totalCount: number }>>(`{
      masked: ${count('{ agentName: { eq: "Asha •••••••" } }')} kept: ${count('{ agentName: { eq: "Asha 92812 34567" } }')}
      part: ${count('{ agentName: { contains: "92812" } }')} group: ${count('{ callGroupName: { startsWith: "Desk •" } }')}
      digits: ${count('{ callGroupName: { contains: "080" } }')} word: ${count('{ providerStatus: { in: ["LOST •••••••", "LOST 981-234-5213"] } }')}
      plain: ${count('{ agentName: { eq: "Asha" } }')} other: ${count('{ not: { agentName: { ne: "Asha •••••••" } } }')}
      groups: callGroups(filter: { name: { eq: "Desk •••••••" } }) { totalCount } none: callGroups(filter: { name: { contains: "80" } }) { totalCount } }`);
    expect(Object.fromEntries(Object.entries(counts).map(([name, { totalCount }]) => [name, totalCount]))).toEqual({
      masked: 1,
      kept: 0,
      part: 0,
      group: 1,
      digits: 0,
      word: 1,
      plain: 9,
      other: 1,
      groups: 1,
      none: 0,
    });
  });

  const refused = [
    ...['eq: "9812345210"', 'in: ["9812345210"]', 'startsWith: "98"', 'endsWith: "210"'].flatMap((operator) => [
      `calls(filter: { customerNumber: { ${operator} } }) { totalCount }`,
      `calls(filter: { not: { agentNumber: { ${operator} } } }) { totalCount }`,
      `liveCalls(filter: { or: [{ and: [{ customerNumber: { ${operator} } }] }] }) { totalCount }`,
      `callMetrics(range: { last: "P1D" }, filter: { customerNumber: { ${operator} } }) { totals { callCount } }`,
      `customers(filter: { number: { ${operator} } }) { totalCount }`,
      `agents(filter: { number: { ${operator} } }) { totalCount }`,
      `agents(first: 1) { nodes { calls(filter: { customerNumber: { ${operator} } }) { totalCount } } }`,
      `agents(first: 1) { nodes { metrics(range: { last: "P1D" }, filter: { agentNumber: { ${operator} } }) { callCount } } }`,
    ]),
    ...['eq: "a"', 'ne: "a"', 'in: ["a"]', 'notIn: ["a"]', 'startsWith: "a"', 'contains: "a"'].flatMap((operator) => [
      `customers(filter: { name: { ${operator} } }) { totalCount }`,
      `agents(filter: { email: { ${operator} } }) { totalCount }`,
      `webhookEvents(filter: { callSid: { ${operator} } }) { totalCount }`,
    ]),
    'webhookEvents(filter: { callSid: { isNull: true } }) { totalCount }',
    'customerByNumber(number: "9812345210") { id }',
    'customerByNumber(number: "nobody", accountId: "no-id") { id }',
  ];
  test.each(refused)('may not ask %s', async (root) => {
    const { errors = [] } = await ask(`{ ${root} }`, masked);
    expect(errors.map(({ extensions }) => [extensions.code, extensions.missing])).toEqual([['FORBIDDEN', ['numbers']]]);
    expect(errors[0]?.message).not.toContain('9812345210');
    const { errors: others = [] } = await ask(`{ ${root} }`);
    expect(others).toEqual([]);
  });

  test('may not replay by an id of the provider either', async () => {
    const query =
      'mutation { replayWebhookEvents(filter: { callSid: { contains: "98" } }, dryRun: true) { replayed } }';
    const { errors = [] } = await ask(query, masked);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      missing: ['numbers'],
      argument: ['filter', 'callSid'],
    });
  });

  test("may ask whether there is a number, an address or a name, and by the account's own numbers", async () => {
    const counts = await dataOf<Record<string, { totalCount: number }>>(`{
      a: calls(filter: { customerNumber: { isNull: false }, agentNumber: { isNull: false } }) { totalCount }
      b: customers(filter: { number: { isNull: true } }) { totalCount } c: customers(filter: { name: { isNull: true } }) { totalCount }
      d: agents(filter: { email: { isNull: false } }) { totalCount }
      e: virtualNumbers(filter: { number: { eq: "08062861230" } }) { totalCount } }`);
    expect(counts).toEqual({
      a: { totalCount: 10 },
      b: { totalCount: 0 },
      c: { totalCount: 7 },
      d: { totalCount: 2 },
      e: { totalCount: 2 },
    });
  });

  test('has customers by id where others have them by name, and is not shown the name that it gives', async () => {
    const { customers } = await dataOf<{ customers: { nodes: { id: string }[] } }>(
      '{ customers { nodes { id } } }',
      scopes.join(),
    );
    const ids = customers.nodes.map(({ id }) => id);
    for (const [n, id] of ids.entries()) {
      const { updateCustomer } = await dataOf<{ updateCustomer: object }>(
        `mutation { updateCustomer(id: "${id}", name: "${'zyxwvuts'[n]} ${n}") { id name } }`,
      );
      expect(updateCustomer).toEqual({ id, name: null });
    }
    const listed = async (held: string) => {
      const found = await dataOf<typeof customers extends infer Of ? { customers: Of } : never>(
        '{ customers { nodes { id } } }',
        held,
      );
      return found.customers.nodes.map(({ id }) => id);
    };
    expect(await listed(scopes.join())).toEqual(ids.toReversed());
    const byId = await listed(masked);
    expect(byId).toEqual(ids);
    // Back from the end, and from the midst.
    const { back } = await dataOf<{ back: { nodes: { id: string }[]; pageInfo: { startCursor: string } } }>(
      '{ back: customers(last: 3, orderBy: { direction: DESC }) { nodes { id } pageInfo { startCursor } } }',
    );
    expect(back.nodes.map(({ id }) => id)).toEqual(byId.slice(0, 3).toReversed());
    const { before } = await dataOf<{ before: { nodes: { id: string }[] } }>(
      `{ before: customers(last: 2, before: "${back.pageInfo.startCursor}", orderBy: { direction: DESC }) { nodes { id } } }`,
    );
    expect(before.nodes.map(({ id }) => id)).toEqual(byId.slice(3, 5).toReversed());
  });

  test('is shown of deliveries what they tell of, and not what was sent', async () => {
    await app.send({ type: 'call_report', CallSid: { of: 'x' }, StartTime: 'soon' });
    await app.send({
      type: 'call_report',
      CallSid: 'late-9812345210',
      CallRecordingUrl: 'https://records.example/late',
    });
    await app.send({ type: 'call_report', CallSid: 'late', CallRecordingUrl: 'https://records.example/late' });
    const query = `{ webhookEvents(first: 20) { nodes { state reason payload callSid call { callSid customerNumber } } }
      webhookHealth { unknownStatusWords eventsLast24Hours } }`;
    type Found = { webhookEvents: { nodes: Record<string, unknown>[] }; webhookHealth: Record<string, unknown> };
    const all = await dataOf<Found>(query, scopes.join());
    expect(all.webhookHealth.unknownStatusWords).toEqual(['LOST 981-234-5213']);
    expect(all.webhookEvents.nodes.filter(({ payload, reason }) => payload && reason)).toHaveLength(3);
    for (const held of [masked, 'calls,inbox,numbers', 'calls,inbox,recordings']) {
      const { webhookEvents, webhookHealth } = await dataOf<Found>(query, held);
      expect(webhookEvents.nodes).toHaveLength(all.webhookEvents.nodes.length);
      expect(webhookEvents.nodes.filter(({ payload, reason }) => payload !== null || reason !== null)).toEqual([]);
      expect(webhookHealth).toEqual({ ...all.webhookHealth, unknownStatusWords: [] });
    }
    const { webhookEvents } = await dataOf<Found>(query);
    const told = (sid: unknown) => webhookEvents.nodes.filter(({ callSid }) => callSid === sid).map(({ call }) => call);
    expect(told('call-0')).toEqual([{ callSid: 'call-0', customerNumber: '+91 98•••••210' }]);
    expect(told('late')).toEqual([null]);
    // The call of one whose id is hidden is the same as ever; one without a call may hold anybody's number.
    expect(told('sid-2345211-x')).toEqual([]);
    expect(told(null)).toContainEqual({ callSid: '•••••••', customerNumber: '+91 98•••••211' });
    expect(told('late-9812345210')).toEqual([]);
  });
});

test.each([
  ['calls', [null, null]],
  ['calls,numbers', [null, null]],
  ['calls,recordings', ['https://records.example/a', null]],
  ['calls,recordings,numbers', ['https://records.example/a', 'https://records.example/%39812345213']],
])('with %s the addresses of recordings are %j', async (held, expected) => {
  const { calls } = await dataOf<{ calls: { nodes: { recordingUrl: string | null }[] } }>(
    '{ calls(filter: { hasRecording: true }, orderBy: { direction: ASC }) { nodes { recordingUrl } } }',
    held,
  );
  expect(calls.nodes.map(({ recordingUrl }) => recordingUrl)).toEqual(expected);
});
