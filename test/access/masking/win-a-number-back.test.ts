import { type GraphQLField, type GraphQLInputObjectType, getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../../src/graphql/schema.ts';
import type { GraphqlAnswer } from '../../support/app.ts';
import { type Known, RandomQueries } from '../random-queries.ts';
import {
  ask,
  copyWorld,
  guesses,
  hiddenRecordings,
  hiddenTexts,
  type MaskedWorld,
  startWorld,
} from './masked-worlds.ts';

// Two worlds differ in what is hidden alone: digits that no mask shows, names of customers, what was sent. Who is answered the
// same in both, letter by letter, whatever they ask, can learn nothing of it.

/** How many queries are drawn at random. */
const count = Number(process.env.WIN_COUNT ?? 150);
/** Whether every viewer tries every text. */
const triesAll = process.env.WIN_TEXTS === 'all';
const schema = buildSchema();
let here: MaskedWorld;
/** The same with other numbers, and with other addresses of recordings as well. */
let there: MaskedWorld;
let elsewhere: MaskedWorld;
let known: Known & { cursors: string[] };
beforeAll(async () => {
  here = await startWorld();
  there = await copyWorld(here, [hiddenTexts]);
  elsewhere = await copyWorld(here, [hiddenTexts, hiddenRecordings]);
  known = await knownOf();
}, 120_000);
afterAll(async () => {
  for (const world of [here, there, elsewhere]) await world?.app.close();
});

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Ids and words of both worlds, and what somebody may guess. */
async function knownOf(): Promise<Known & { cursors: string[] }> {
  const query = `{ accounts { id name } calls(first: 100) { edges { cursor } nodes { id callSid agentName providerStatus errorCode } }
    agents { edges { cursor } nodes { id name email } } campaigns { nodes { id campaignCode } } callGroups { nodes { id name } }
    virtualNumbers { nodes { id number } } customers { edges { cursor } nodes { id name } } webhookEvents(first: 30) { nodes { id } } }`;
  const texts = new Set([...guesses, '•••••••', 'Asha •••••••', 'Asha', 'Ravi', 'Sales', '98', 'a']);
  const ids = new Set(['no-id']);
  const cursors: string[] = [];
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, name);
    else if (value !== null && typeof value === 'object') {
      for (const [key, one] of Object.entries(value)) visit(one, key);
    } else if (typeof value === 'string') {
      if (name === 'id') ids.add(value);
      else if (name === 'cursor') cursors.push(value);
      else texts.add(value);
    }
  };
  for (const world of [here, there]) visit((await ask(world, 'all', query)).data, '');
  for (const cursor of cursorsIn((await ask(here, 'withoutNumbers', query)).data)) cursors.push(cursor);
  const instants = [1, 5, 9, 15, 22, 28].map((day) => `2026-03-${String(day).padStart(2, '0')}T07:13:00.000Z`);
  return { ids: [...ids], texts: [...texts], instants, cursors };
}

function cursorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(cursorsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) =>
    /cursor/i.test(name) && typeof one === 'string' ? [one] : cursorsIn(one),
  );
}

type Told = GraphqlAnswer & { extensions?: { cost?: { requested: number } } };

/** What an answer says, but for the moment and the name of the request. Which fields fail below one that is null by it is chance. */
function told({ status, data, errors, extensions }: Told): string {
  // How much was made of what becomes null by an error is chance, too.
  const cost = errors ? extensions?.cost?.requested : extensions?.cost;
  const failures = new Set(
    errors?.map(({ message, extensions: { requestId: _, ...code } }) => JSON.stringify({ message, code })),
  );
  return JSON.stringify({ status, data, errors: [...failures].sort(), cost }).replaceAll(
    /2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?!000)\d{3}Z/g,
    '(now)',
  );
}

/** Where two answers part. */
function difference(query: string, one: string, two: string): string {
  const at = Array.from(one).findIndex((_, n) => one[n] !== two[n]);
  const around = (text: string) => text.slice(Math.max(0, at - 60), at + 60);
  return `${around(one)} | ${around(two)} | ${query.slice(0, 400)}`;
}

type Pair = { who: string; other: MaskedWorld };
const pairs = (): Pair[] => [
  { who: 'withoutNumbers', other: there },
  { who: 'withoutRecordings', other: elsewhere },
];

/** Which of several fields that fail takes the others along is chance: whether both worlds give one answer at some time. */
async function areAlike({ who, other }: Pair, query: string): Promise<boolean> {
  const [ones, twos] = [new Set<string>(), new Set<string>()];
  for (let n = 0; n < 6; n++) {
    ones.add(told(await ask(here, who, query)));
    twos.add(told(await ask(other, who, query)));
  }
  return [...ones].some((one) => twos.has(one));
}

/** Those of some queries that are answered otherwise in another world; and how many gave anything at all. */
async function telling(
  { who, other }: Pair,
  queries: Iterable<string>,
): Promise<{ telling: string[]; answered: number }> {
  const found: string[] = [];
  let answered = 0;
  for (const query of queries) {
    const [one, two] = [await ask(here, who, query), await ask(other, who, query)];
    if (told(one) !== told(two) && !(await areAlike({ who, other }, query))) {
      found.push(difference(query, told(one), told(two)));
    }
    if (one.data && Object.values(one.data).some((value) => value !== null)) answered += 1;
  }
  return { telling: found, answered };
}

const nodeFields = 'id firstCallAt lastCallAt';
/** What is shown of the rows of each list. */
const shown: Record<string, string> = {
  calls:
    'id callSid customerNumber customerPseudonym agentNumber agentName sourceNumber dialedNumber errorCode providerStatus',
  liveCalls: 'id callSid customerNumber sourceNumber',
  agents: `${nodeFields} name number email`,
  campaigns: `${nodeFields} name campaignCode`,
  callGroups: `${nodeFields} name`,
  virtualNumbers: `${nodeFields} name number`,
  customers: `${nodeFields} name number pseudonym`,
  webhookEvents: 'id callSid reason payload',
};
const connection = (list: string) =>
  `{ totalCount totalCountIsExact pageInfo { startCursor endCursor hasNextPage } edges { cursor node { ${shown[list]} } } }`;
const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-29T00:00:00Z" } }';
const figures = `{ totals { callCount uniqueCustomerCount talkTime { sum } } breakdown(by: [CUSTOMER, AGENT], first: 5) {
  totalCount nodes { customer { id number } agent { name } metrics { callCount } } } }`;

const words = ['a', '98', '•', '•••••••', 'Asha •••••••', '+', 'BUSY WITH •••••••'];
/** So many texts are tried with each operator: everybody's number, and parts of it. */
const tried = () => [
  ...new Set([...guesses.slice(0, 8), ...guesses.slice(-4), ...known.texts.filter((_, n) => n % 14 === 0), ...words]),
];

/** Every text operator of a filter, with every text, alone and inside and, or, not. */
function* filtersOf(type: GraphQLInputObjectType): Generator<string> {
  const isNesting = 'and' in type.getFields();
  for (const { name, type: of } of Object.values(type.getFields())) {
    const operators = getNamedType(of);
    if (!isInputObjectType(operators)) continue;
    for (const operator of Object.values(operators.getFields())) {
      const leaf = getNamedType(operator.type).name;
      if (leaf !== 'String' && leaf !== 'PhoneNumber') continue;
      const isList = operator.name === 'in' || operator.name === 'notIn';
      for (const [n, text] of tried().entries()) {
        const value = isList ? `[${JSON.stringify(text)}, "no"]` : JSON.stringify(text);
        const one = `{ ${name}: { ${operator.name}: ${value} } }`;
        yield isNesting
          ? ([one, `{ not: ${one} }`, `{ or: [${one}, { id: { eq: "no" } }] }`, `{ and: [{ not: ${one} }] }`][n % 4] ??
            one)
          : one;
      }
    }
  }
}

/** What they tell of is the questions themselves. */
const ofAsking = ['accessLog'];

/** Root lists that take a filter, and figures. */
const filtered = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
  const type = getNamedType(field.args.find(({ name }) => name === 'filter')?.type);
  return isInputObjectType(type) && !ofAsking.includes(field.name) ? [{ field, type }] : [];
});

const rootOf = ({ name }: GraphQLField<unknown, unknown>, filter: string) => {
  if (name === 'callMetrics') return `callMetrics(${range}, filter: ${filter}) { ...shown }`;
  if (name === 'liveBoard') return `liveBoard(filter: ${filter}) { totals { ringingCount } }`;
  return `${name}(first: 3, filter: ${filter}) { ...shown }`;
};

/** What is shown of each root that takes a filter, read and checked once for all of an operation. */
const shownOf = ({ name, type }: GraphQLField<unknown, unknown>) =>
  name === 'liveBoard'
    ? ''
    : `fragment shown on ${getNamedType(type).name} ${name === 'callMetrics' ? figures : connection(name)}`;

/** Several roots in one operation, each under a name of its own. */
function* together(roots: Iterable<string>, fragment = '', size = 25): Generator<string> {
  let some: string[] = [];
  for (const root of roots) {
    some.push(`a${some.length}: ${root}`);
    if (some.length < size) continue;
    yield `{ ${some.join(' ')} } ${fragment}`;
    some = [];
  }
  if (some.length > 0) yield `{ ${some.join(' ')} } ${fragment}`;
}

test('the worlds differ, for who may see it', async () => {
  const query =
    '{ customers { nodes { number name } } agents { nodes { name number email } } calls(first: 100) { nodes { callSid recordingUrl } } }';
  const [one, two, three] = [
    await ask(here, 'all', query),
    await ask(there, 'all', query),
    await ask(elsewhere, 'all', query),
  ];
  expect(told(one)).not.toBe(told(two));
  expect(told(two)).not.toBe(told(three));
  const masked = await ask(here, 'withoutNumbers', query);
  expect(masked.errors ?? []).toEqual([]);
  const text = JSON.stringify(masked.data);
  for (const guess of guesses) expect(text).not.toContain(guess);
  // It is not that nothing is shown.
  expect(text).toContain('+91 98•••••210');
  expect(text).toContain('Asha •••••••');
  expect(text).toContain('https://records.example/tape-');
  expect(text).toContain('"call-0"');
});

test.each(filtered.map((one) => [one.field.name, one] as const))(
  'every text operator of the filter of %s, with numbers of both worlds, alone and inside and, or, not, tells nothing',
  async (_name, { field, type }) => {
    for (const [n, pair] of pairs().entries()) {
      const roots = [...filtersOf(type)].map((filter) => rootOf(field, filter));
      expect(roots.length).toBeGreaterThan(20);
      // No text is asked of a recording: that who may see less is told no more, a part shows as well.
      const asked = n === 0 || triesAll ? roots : roots.filter((_, i) => i % 3 === 0);
      const found = await telling(pair, together(asked, shownOf(field)));
      expect(found.telling).toEqual([]);
      // Of customers and of deliveries nothing may be asked by a text.
      const isRefused = field.name === 'customers' || field.name === 'webhookEvents';
      expect(found.answered > 0).toBe(!isRefused);
    }
  },
  240_000,
);

/** Walks through whole lists by the cursors that one of the worlds gives; both must go the same way. */
async function walk(pair: Pair, page: (after: string) => string, at: string): Promise<string[]> {
  let after = '';
  for (let n = 0; n < 60; n++) {
    const query = page(after);
    const [one, two] = [await ask(here, pair.who, query), await ask(pair.other, pair.who, query)];
    if (told(one) !== told(two)) return [difference(query, told(one), told(two))];
    expect(one.errors ?? [], query).toEqual([]);
    const { hasNextPage, endCursor } = at
      .split('.')
      .reduce((value: unknown, name) => (value as Record<string, unknown>)[name], one.data) as {
      hasNextPage: boolean;
      endCursor: string;
    };
    if (!hasNextPage) return [];
    after = `, after: ${JSON.stringify(endCursor)}`;
  }
  throw new Error('a list without end');
}

/** Every list in every order. */
async function walkLists(pair: Pair): Promise<string[]> {
  const found: string[] = [];
  for (const { field } of filtered) {
    const order = getNamedType(field.args.find(({ name }) => name === 'orderBy')?.type);
    const orders = isInputObjectType(order)
      ? (getNamedType(order.getFields().field?.type) as { getValues?: () => readonly { name: string }[] })
      : null;
    for (const by of orders?.getValues?.() ?? []) {
      for (const direction of ['ASC', 'DESC']) {
        const page = (after: string) =>
          `{ ${field.name}(first: 7, orderBy: { field: ${by.name}, direction: ${direction} }${after}) ${connection(field.name)} }`;
        found.push(...(await walk(pair, page, `${field.name}.pageInfo`)));
      }
    }
  }
  return found;
}

/** Groups by every dimension, and by each together with the customer. */
async function walkGroups(pair: Pair): Promise<string[]> {
  const found: string[] = [];
  const dimensions = [
    'ACCOUNT',
    'AGENT',
    'CAMPAIGN',
    'CALL_GROUP',
    'VIRTUAL_NUMBER',
    'CUSTOMER',
    'DIRECTION',
    'HOUR_OF_DAY',
  ];
  const keys = `account { name } agent { id name number } campaign { id campaignCode } callGroup { id name } virtualNumber { number }
    customer { id number name pseudonym } direction hourOfDay`;
  // The second asks for what is not packed: calls themselves answer.
  for (const filter of ['', ', filter: { providerStatus: { ne: "never" } }']) {
    for (const by of dimensions.flatMap((one) =>
      one === 'CUSTOMER' ? ['CUSTOMER'] : [one, `${one}, CUSTOMER`, `CUSTOMER, ${one}`],
    )) {
      const page = (after: string) =>
        `{ callMetrics(${range}${filter}) { breakdown(by: [${by}], first: 40${after}) { totalCount pageInfo { hasNextPage endCursor }
          nodes { ${keys} metrics { callCount talkTime { sum } } calls(first: 2) ${connection('calls')} } other { callCount } } } }`;
      found.push(...(await walk(pair, page, 'callMetrics.breakdown.pageInfo')));
    }
  }
  return found;
}

test('every list in every order, page by page, tells nothing', async () => {
  for (const pair of pairs()) expect(await walkLists(pair)).toEqual([]);
}, 240_000);

test('groups by every dimension, page by page, and the calls behind them tell nothing', async () => {
  for (const pair of pairs()) expect(await walkGroups(pair)).toEqual([]);
}, 240_000);

test('looking somebody up tells nothing', async () => {
  const texts = [...guesses, ...known.texts];
  const roots = [
    'accounts { id name }',
    ...texts.map((text) => `callBySid(callSid: ${JSON.stringify(text)}) { ${shown.calls} }`),
    ...texts.map((text) => `customerByNumber(number: ${JSON.stringify(text)}) { id number }`),
    ...known.ids.map(
      (
        id,
      ) => `node(id: ${JSON.stringify(id)}) { id ... on Call { ${shown.calls} } ... on Customer { name number } ... on Agent { name email }
      ... on WebhookEvent { sid: callSid payload reason } }`,
    ),
    ...known.ids.map(
      (id) =>
        `customer(id: ${JSON.stringify(id)}) { id name calls(first: 3, filter: { callSid: { contains: "98" } }) ${connection('calls')} }`,
    ),
  ];
  for (const pair of pairs()) {
    const found = await telling(pair, together(roots));
    expect(found.telling).toEqual([]);
    expect(found.answered).toBeGreaterThan(10);
  }
}, 240_000);

test(`${count} random queries over the whole schema tell nothing`, async () => {
  const moments = [
    'TimeRangeInput.last',
    'TimeRangeInput.calendar',
    'Query.accessLog',
    'Query.serverTime',
    'Call.waitingSeconds',
    'LiveBoard.serverTime',
    'LiveFigures.longestWaitSeconds',
    'LiveFigures.lastHour',
  ];
  for (const [n, pair] of pairs().entries()) {
    const queries = new RandomQueries(schema, randomFrom(20_261 + n), known, moments);
    const found = await telling(
      pair,
      Array.from({ length: count }, () => queries.next()),
    );
    expect(found.telling).toEqual([]);
    expect(found.answered).toBeGreaterThan(count / 4);
  }
}, 1_800_000);

test('changes answer alike: names that are given, and counts of replays', async () => {
  const idsOf = async (list: string) => {
    const { data } = await ask(here, 'all', `{ ${list}(first: 6) { nodes { id } } }`);
    return (data as Record<string, { nodes: { id: string }[] }>)[list]?.nodes.map(({ id }) => id) ?? [];
  };
  const filters = [
    '{}',
    '{ state: [UNREADABLE, CONFLICT, WAITING] }',
    '{ kind: [LIVE_CALL] }',
    ...guesses
      .slice(0, 8)
      .flatMap((text) => [
        `{ callSid: { contains: ${JSON.stringify(text)} } }`,
        `{ callSid: { eq: ${JSON.stringify(text)} } }`,
      ]),
  ];
  const queries = [
    ...filters.map(
      (
        filter,
      ) => `mutation { replayWebhookEvents(filter: ${filter}, dryRun: true) { replayed recorded duplicate ignored unreadable
      conflict waiting lastEventId isComplete } }`,
    ),
    ...(await idsOf('customers')).map(
      (id) => `mutation { updateCustomer(id: "${id}", name: "Given ${guesses[0]}") { id name number pseudonym } }`,
    ),
    ...(await idsOf('agents')).map(
      (id) => `mutation { updateAgent(id: "${id}", name: null) { id name number email } }`,
    ),
    ...(await idsOf('agents')).map((id) => `mutation { updateAgent(id: "${id}", name: "") { id name } }`),
    'mutation { updateCustomer(id: "no-id", name: "x") { id name } }',
  ];
  for (const pair of pairs()) {
    // Both worlds are changed alike; the first one only once.
    const found = await telling(pair, queries);
    expect(found.telling).toEqual([]);
    expect(found.answered).toBeGreaterThan(5);
  }
}, 240_000);

// What is planted shows in no field of an answer, but in an order, or in who fits a filter.
test.each([
  [
    'an order by names that are not shown',
    'withoutNumbers',
    `update agents set name_key = case when id % 2 = 0 then 'a' else 'z' end`,
  ],
  ['recordings that a filter tells of', 'withoutRecordings', 'update calls set recording_url = null where id % 5 = 0'],
  [
    'the order of customers by their first call',
    'withoutNumbers',
    `update customers set first_call_at = first_call_at - id * interval '1 day'`,
  ],
])(
  'a leak that is planted is seen: %s',
  async (_name, who, statement) => {
    const leaking = await copyWorld(here, [hiddenTexts, hiddenRecordings], ({ app }) =>
      app.database.pool.query(statement),
    );
    try {
      const pair = { who, other: leaking };
      const roots = ['true', 'false'].map((has) => `calls(first: 40, filter: { hasRecording: ${has} }) { totalCount }`);
      const found = [...(await walkLists(pair)), ...(await telling(pair, together(roots))).telling];
      expect(found.length).toBeGreaterThan(0);
    } finally {
      await leaking.app.close();
    }
  },
  120_000,
);
