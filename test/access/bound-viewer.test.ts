import { getNamedType, isObjectType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';
import { nodeTypes } from '../../src/query/global-id.ts';
import type { GraphqlAnswer } from '../support/app.ts';
import { cursors, toGlobalId } from '../support/seals.ts';
import { type Ids, rootFields } from './root-fields.ts';
import { startTwoAccounts, type TwoAccounts } from './two-accounts.ts';

// Thousands of fields are asked for, of two services.
const patienceMs = 120_000;
const schema = buildSchema();
let world: TwoAccounts;
let own: Ids;
let other: Ids;
beforeAll(async () => {
  world = await startTwoAccounts();
  [own, other] = (await idsOfAccounts()) as [Ids, Ids];
});
afterAll(() => world?.close());

const tables: Record<string, string> = {
  Agent: 'agents',
  Call: 'calls',
  CallGroup: 'call_groups',
  Campaign: 'campaigns',
  Customer: 'customers',
  VirtualNumber: 'virtual_numbers',
  WebhookEvent: 'webhook_events',
};

async function idsOfAccounts(): Promise<Ids[]> {
  const { pool } = world.both.database;
  const { rows: accounts } = await pool.query<{ id: number }>('select id from accounts order by id');
  return Promise.all(
    accounts.map(async ({ id: account }): Promise<Ids> => {
      const read = async (column: string, table: string) => {
        const { rows } = await pool.query(
          `select ${column} as it from ${table} where account_id = ${account} order by id`,
        );
        return rows.map(({ it }) => it as string);
      };
      const byType: Record<string, string[]> = { Account: [toGlobalId('Account', account)] };
      for (const type of nodeTypes) {
        const table = tables[type];
        if (table) byType[type] = (await read('id', table)).map((id) => toGlobalId(type, Number(id)));
      }
      return {
        account: toGlobalId('Account', account),
        calls: byType.Call ?? [],
        callSids: (await read('call_sid', 'calls')).slice(-12),
        customerNumbers: (await read('number', 'customers')).slice(0, 8),
        byType: { ...byType, Ended: [800001, 800002, 900001, 900002].map((id) => toGlobalId('Call', id)) },
      };
    }),
  );
}

const names = Object.keys(rootFields);
const allRootFields = [
  ...[schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {})),
  ...Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).map((name) => `subscription ${name}`),
];

test('every root field has a case here', () => {
  expect(names.toSorted()).toEqual(allRootFields.toSorted());
  expect(Object.keys(tables).concat('Account').toSorted()).toEqual([...nodeTypes].toSorted());
});

test('every field of every type is asked for', () => {
  const asked = new Set<string>();
  const info = new TypeInfo(schema);
  for (const documents of Object.values(rootFields)) {
    for (const document of documents(own)) {
      visit(
        parse(document),
        visitWithTypeInfo(info, {
          Field: ({ name }) => {
            asked.add(`${info.getParentType()?.name}.${name.value}`);
          },
        }),
      );
    }
  }
  const all = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).map((field) => `${getNamedType(type).name}.${field.name}`)
      : [],
  );
  expect(all.filter((field) => !asked.has(field))).toEqual([]);
});

/** An answer with the places that its cursors stand for in place of them: a cursor is bound to whom it was given to. */
function withPlaces(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null), (name, value) => {
    if (/^(serverTime|waitingSeconds|longestWaitSeconds|token)$/.test(name)) return typeof value; // of the moment, or of whom it is for
    if (value === null || !/^(startC|endC|c)ursor$/.test(name)) return value;
    const [, ...place] = JSON.parse(cursors.open(value) ?? '');
    return place;
  });
}

type Planned = GraphqlAnswer & {
  extensions?: { plan?: { figures: string; source: string; calls?: number }[] } | undefined;
};

/**
 * What an answer says, and which sources its figures had, with how many calls: which of them were computed together is chance,
 * and where the calls of a list were found depends on the condition; neither says anything of others. What it cost must not either.
 */
function told({ data, errors, extensions }: Planned) {
  const ofFigures = extensions?.plan?.filter(({ figures }) => figures !== 'a list of calls') ?? [];
  const plan = new Set(ofFigures.map(({ figures: _, ...source }) => JSON.stringify(source)));
  const failures = errors?.map(({ message, path, extensions: { requestId: _, ...code } }) => ({ message, path, code }));
  return { data: withPlaces(data), errors: failures, plan, cost: extensions?.cost };
}

test.each(names)(
  '%s answers as if there were no other account, whatever it is asked for',
  async (name) => {
    for (const of of [own, other]) {
      for (const document of rootFields[name]?.(of) ?? []) {
        const bound = told(await world.ask(world.both, 'own', document));
        // Who asks is told of themselves alone.
        const alone = name === 'viewer' ? 'own' : 'all';
        expect(bound, document).toEqual(told(await world.ask(world.alone, alone, document)));
        expect(bound.cost?.actual ?? 0, document).toBeLessThanOrEqual(bound.cost?.requested ?? 0);
        // An account of others is to a new key as one that there is not: nobody gives it.
        const expected = name === 'createApiKey' ? ['NOT_FOUND', 'FORBIDDEN'] : ['NOT_FOUND'];
        const failures = bound.errors?.filter(({ code }) => !expected.includes(String(code.code)));
        expect(failures ?? [], document).toEqual([]);
      }
    }
  },
  patienceMs,
);

test('what is asked for is there: the other viewer sees it, and one of no account sees nothing', async () => {
  const query = '{ accounts { name } calls { totalCount } agents { totalCount } webhookEvents { totalCount } }';
  const rows = async (who: 'own' | 'other' | 'none' | 'all') => (await world.ask(world.both, who, query)).data;
  const [ofOwn, ofOther, ofAll, ofNone] = [
    await rows('own'),
    await rows('other'),
    await rows('all'),
    await rows('none'),
  ];
  const countOf = (data: typeof ofOwn, list: string) =>
    (data as Record<string, { totalCount: number }>)[list]?.totalCount ?? 0;
  for (const list of ['calls', 'agents', 'webhookEvents']) {
    expect(countOf(ofOwn, list)).toBeGreaterThan(0);
    expect(countOf(ofOther, list)).toBeGreaterThan(0);
    expect(countOf(ofAll, list)).toBe(countOf(ofOwn, list) + countOf(ofOther, list));
    expect(countOf(ofNone, list)).toBe(0);
  }
  expect(ofOwn?.accounts).toEqual([{ name: 'default' }]);
  expect(ofOther?.accounts).toEqual([{ name: 'bravo' }]);
  expect(ofNone?.accounts).toEqual([]);
});

test('a cursor is of use to nobody but who may see what it was made of', async () => {
  const pageInfo = '{ pageInfo { endCursor } }';
  const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" } }';
  const lists: Record<string, (after: string) => string> = {
    calls: (after) => `{ list: calls(first: 3${after}) ${pageInfo} }`,
    agents: (after) => `{ list: agents(first: 2${after}) ${pageInfo} }`,
    groups: (after) =>
      `{ within: callMetrics(${range}) { list: breakdown(by: [AGENT], first: 2${after}) ${pageInfo} } }`,
  };
  type Data = { list?: { pageInfo: { endCursor: string } }; within?: Data };
  const askers = ['own', 'other', 'all', 'withoutNumbers'] as const;
  for (const [name, page] of Object.entries(lists)) {
    for (const maker of askers) {
      const { list, within } = (await world.ask(world.both, maker, page(''))).data as Data;
      const cursor = (list ?? within?.list)?.pageInfo.endCursor;
      for (const user of askers) {
        const { errors = [] } = await world.ask(world.both, user, page(`, after: ${JSON.stringify(cursor)}`));
        const refusal = expect.stringContaining('belongs to another order or filter');
        const expected = user === maker ? [] : [refusal];
        expect(
          errors.map(({ message }) => message),
          `${name} of ${maker} by ${user}`,
        ).toEqual(expected);
      }
    }
  }
});

test('equal questions of different viewers, asked at once, share no answer', async () => {
  const query = `{ callMetrics(range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-16T07:13:00Z" } }) {
    totals { callCount coinsTotal uniqueCustomerCount } breakdown(by: [AGENT], first: 2) { nodes { agent { name } } totalCount } } }`;
  const askers = ['own', 'other', 'all', 'none'] as const;
  const alone = new Map<string, unknown>();
  for (const who of askers) alone.set(who, (await world.ask(world.both, who, query)).data);
  expect(new Set([...alone.values()].map((data) => JSON.stringify(data))).size).toBe(4);
  const many = Array.from({ length: 80 }, (_, n) => askers[n % 4] as (typeof askers)[number]);
  const answers = await Promise.all(many.map(async (who) => (await world.ask(world.both, who, query)).data));
  for (const [n, who] of many.entries()) expect(answers[n]).toEqual(alone.get(who));
});

test(
  'every statement about what callers may see says whose rows it reads',
  async () => {
    const readOf =
      /from \(?"?(calls|agents|campaigns|call_groups|virtual_numbers|customers|webhook_events|webhook_arrivals|ended_calls|ended_call_marks|accounts|call_chunks|call_chunk_marks)\b/;
    const saysWhose = /account_id"? = (any\()?\$\d+|account_id = seen\.account_id|"accounts"\."id" = (any\()?\$\d+/;
    // The accounts of a moment, which viewers share and each is shown their own of; and how far a look along an index went.
    const showsNothing =
      /^select "id", "name"[^(]* from "accounts" order by|^select count\(\*\)::integer as count from \(select \* from "calls" where [^)]* limit \$\d+\) seen$/;
    world.both.takeStatements();
    for (const [name, documents] of Object.entries(rootFields)) {
      if (/^(update|replay|create|rotate|revoke)/.test(name)) continue;
      for (const document of documents(own)) await world.ask(world.both, 'own', document);
    }
    const statements = [...new Set(world.both.takeStatements())].filter((statement) => readOf.test(statement));
    expect(statements.length).toBeGreaterThan(50);
    expect(statements.filter((statement) => !saysWhose.test(statement) && !showsNothing.test(statement))).toEqual([]);
  },
  patienceMs,
);
