import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isEnumType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { calls } from '../../src/calls/call.table.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { answerWeights } from '../../src/graphql/limits/answer-weights.ts';
import type { CallChange } from '../../src/graphql/live/live-step.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { boundsOf } from '../../src/graphql/server/execute-by-plan.ts';
import { plannedExecutor } from '../../src/graphql-executor/planned-executor.ts';
import { nodeTypes } from '../../src/query/global-id.ts';
import { instantOf } from '../../src/time/instant.ts';
import { rootFields } from '../access/root-fields.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { toGlobalId } from '../support/seals.ts';
import { contextOf } from './support/context-of.ts';

// What is said of a field of the schema, that it is refused or shown otherwise, holds however often it has been asked before.

const patienceMs = 240_000;
/**
 * So often each field is asked for: without a plan, with one that is made to be kept, with the kept one, and with that by many at
 * once. Every tenth field is asked a hundred times; all are with OBEYED_TIMES=100.
 */
const times = Number(process.env.OBEYED_TIMES ?? 12);
const timesOf = (name: string) => ([...fields.keys()].indexOf(name) % 10 === 0 ? Math.max(times, 100) : times);
const schema = buildSchema();

type Asked = { query: string; path: readonly string[]; values: unknown[] };

let app: TestApp;
/** What subscriptions tell of. */
let happened: CallChange;
/** By "Type.field": an operation as short as can be whose answer has values of the field. */
const askedOf = new Map<string, Asked>();

const fields = new Map<string, GraphQLField<unknown, unknown>>(
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      (isObjectType(type) ? Object.values(type.getFields()) : []).map((field) => [`${type.name}.${field.name}`, field]),
    ),
);

beforeAll(async () => {
  app = await startApp();
  for (let i = 0; i < 6; i++) {
    const at = `2026-03-0${1 + i} 10:0${i}`;
    const sent = {
      ...theSampleCall,
      CallSid: `call-${i}`,
      StartTime: `${at}:00`,
      EndTime: `${at}:40`,
      receiver_name: `Agent ${i % 2}`,
      campid: '77',
      call_group: 'Sales',
      Coins: '1.50',
    };
    expect(await app.send(sent)).toBe(200);
  }
  const { DestinationNumber, DialWhomNumber } = theSampleCall;
  const who = { SourceNumber: '9812345600', DestinationNumber, DialWhomNumber, call_group: 'Sales' };
  await app.send({ type: 'live_call', CallSid: 'live', Direction: 'IVR', Status: 'Transfer to agent', ...who });
  await app.send({ type: 'call_report', CallSid: 'unreadable', StartTime: { of: 'x' } });
  const { pool } = app.database;
  // What no delivery above says.
  await pool.query(
    `update calls set ended_by = 'AGENT', leg_a_picked_at = started_at, leg_b_started_at = started_at, leg_b_picked_at = started_at,
       ivr_seconds = 1, ring_seconds = 2, recording_url = 'https://example.com/a.mp3', key_press = '1', hangup_cause = 16,
       error_code = '1'`,
  );
  await pool.query(`update agents set email = 'a@example.com'`);
  await pool.query(
    `insert into access_log (at, viewer, account_ids, operation_type, operation_name, change, changed_type, changed_id,
       requested_cost, actual_cost, rows, status, code, request_id)
     select now(), 'nobody', array[id], 'QUERY', 'Named', 'account changed', 'Account', id, 2, 1, 1, 200, 'TIMEOUT', 'a-request' from accounts`,
  );
  await pool.query(`insert into retention_waits (kind, since, why) values ('CALLS', now(), 'for a reason')`);
  await pool.query(
    `insert into ended_calls (account_id, call_id, removed_at, reason, replaced_by)
     select account_id, 900000 + id, now(), 'MERGED', id from calls limit 2`,
  );
  const [row] = await app.database.db.select().from(calls).orderBy(calls.id).limit(1);
  if (!row) throw new Error('there is no call');
  const { id, accountId } = row;
  const position = { base: null, places: new Map() };
  happened = { token: 'a-token', happened: { kind: 'MATCHES', accountId, callId: id, call: row, position } };
  const shortest = shortestOperations(await idsOfApp());
  for (const [name, candidates] of shortest) {
    for (const candidate of candidates.slice(0, 12)) {
      const { data } = await execute(parse(candidate.query));
      const values = valuesAt(data, candidate.path).filter((value) => value !== null);
      if (values.length === 0) continue;
      askedOf.set(name, { ...candidate, values });
      break;
    }
  }
}, patienceMs);
afterAll(() => app?.close());

async function idsOfApp() {
  const idsOf = async (type: string, table: string) => {
    const { rows } = await app.database.pool.query<{ id: string }>(`select id from ${table} order by id`);
    return rows.map(({ id }) => toGlobalId(type as (typeof nodeTypes)[number], Number(id)));
  };
  const tables: Record<string, string> = {
    Account: 'accounts',
    Agent: 'agents',
    Call: 'calls',
    CallGroup: 'call_groups',
    Campaign: 'campaigns',
    Customer: 'customers',
    VirtualNumber: 'virtual_numbers',
    WebhookEvent: 'webhook_events',
  };
  const byType: Record<string, string[]> = {};
  for (const type of nodeTypes) byType[type] = await idsOf(type, tables[type] as string);
  const { rows } = await app.database.pool.query<{ number: string }>('select number from customers order by id');
  return {
    account: byType.Account?.[0] ?? '',
    calls: byType.Call ?? [],
    callSids: ['call-0', 'call-1'],
    customerNumbers: rows.map(({ number }) => number),
    byType,
  };
}

/** For each field the operations that ask for nothing but it and what leads to it, the shortest first. */
function shortestOperations(
  ids: Parameters<NonNullable<(typeof rootFields)[string]>>[0],
): Map<string, Omit<Asked, 'values'>[]> {
  const found = new Map<string, Map<string, readonly string[]>>();
  for (const documents of Object.values(rootFields)) {
    for (const document of documents(ids)) {
      const parsed = parse(document);
      const info = new TypeInfo(schema);
      const above: FieldNode[] = [];
      visit(
        parsed,
        visitWithTypeInfo(info, {
          Field: {
            enter: (node) => {
              above.push(node);
              const name = `${info.getParentType()?.name}.${node.name.value}`;
              if (!fields.has(name)) return;
              const operations = found.get(name) ?? new Map<string, readonly string[]>();
              const operation = getOperationAST(parsed) as OperationDefinitionNode;
              const query = print(
                only(
                  operation,
                  above,
                  info.getParentType()?.name ?? '',
                  isCompositeType(getNamedType(info.getType() as GraphQLOutputType)),
                ),
              );
              operations.set(
                query,
                above.map((field) => (field.alias ?? field.name).value),
              );
              found.set(name, operations);
            },
            leave: () => {
              above.pop();
            },
          },
        }),
      );
    }
  }
  return new Map(
    [...found].map(([name, operations]) => [
      name,
      [...operations].map(([query, path]) => ({ query, path })).sort((a, b) => a.query.length - b.query.length),
    ]),
  );
}

/** An operation with these fields alone, each below the one before. */
function only(
  operation: OperationDefinitionNode,
  chain: readonly FieldNode[],
  parent: string,
  isComposite: boolean,
): DocumentNode {
  let below: FieldNode['selectionSet'] = isComposite
    ? { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] }
    : undefined;
  for (const [i, node] of chain.toReversed().entries()) {
    const field: FieldNode = {
      kind: Kind.FIELD,
      name: node.name,
      ...(node.alias && { alias: node.alias }),
      ...(node.arguments && { arguments: node.arguments }),
      ...(below && { selectionSet: below }),
    };
    // The last of them may be one of a type that its parent only may be.
    const selection =
      i === 0
        ? ({
            kind: Kind.INLINE_FRAGMENT,
            typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: parent } },
            selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
          } as const)
        : field;
    below = { kind: Kind.SELECTION_SET, selections: [selection] };
  }
  const { name: _, ...unnamed } = operation;
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...unnamed, selectionSet: below as OperationDefinitionNode['selectionSet'] }],
  };
}

const run = plannedExecutor(schema, answerWeights);

/** A key of everything that there may be of one, and one that is asked for by what changes keys. */
const makeKeys = `delete from api_key_secrets; delete from api_keys;
  insert into api_keys (name, scopes, account_ids, budget, created_at, created_by, expires_at, revoked_at, last_used_at)
    select name, '{calls}', array[(select min(id) from accounts)], 9, now(), 'nobody', now() + interval '1 day', ended, now()
    from (values ('old', now()), ('nobody', null)) as keys (name, ended);
  insert into api_key_secrets (key_id, secret_hash, created_at) select id, sha256(id::text::bytea), now() from api_keys`;

/** Who asks: what a viewer says of itself is there of those alone who have it. */
function viewerOf(operation: OperationDefinitionNode | undefined): Viewer {
  const names = operation?.selectionSet.selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : ''));
  if (!names?.includes('viewer')) return administrator;
  return { ...administrator, accounts: [app.account.id], expiresAt: instantOf(Date.UTC(2099, 0)) };
}

let keysAreFree: Promise<unknown> = Promise.resolve();

/** A name is a key's own, and what makes or ends one can be done but once: one after another, each on keys that are made for it. */
function execute(document: DocumentNode) {
  if (!/ApiKey|apiKeys/.test(print(document))) return executeNow(document);
  const turn = keysAreFree.then(() => app.database.pool.query(makeKeys)).then(() => executeNow(document));
  keysAreFree = turn.catch(() => null);
  return turn;
}

async function executeNow(document: DocumentNode) {
  const operation = getOperationAST(document) ?? undefined;
  const bounds = boundsOf(new Cancellation(), 1e9);
  const { data, errors } = await run({
    document,
    operation,
    operationName: null,
    variables: {},
    context: contextOf(app, viewerOf(operation)),
    rootValue: happened,
    bounds,
    tally: { weight: 0 },
  });
  return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown, errors: errors ?? [] };
}

/** What stands at a path of an answer, in whatever lists. */
function valuesAt(data: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => valuesAt(item, [key as string, ...rest]));
  if (data === null || typeof data !== 'object' || key === undefined) return [];
  const value = (data as Record<string, unknown>)[key];
  return rest.length === 0 ? [value ?? null] : valuesAt(value, rest);
}

/** The answers of the first three times and the last, after many at once. */
async function askOften({ query }: Asked, times: number) {
  const document = parse(query);
  const answers = [await execute(document), await execute(document), await execute(document)];
  for (let i = answers.length; i < times - 1; i += 20) {
    await Promise.all(Array.from({ length: Math.min(20, times - 1 - i) }, () => execute(document)));
  }
  return [...answers, await execute(document)];
}

/** Does work while a field has another resolver. */
async function withResolver<Result>(
  field: GraphQLField<unknown, unknown>,
  resolve: () => unknown,
  work: (called: () => number) => Promise<Result>,
): Promise<Result> {
  const before = field.resolve;
  let called = 0;
  field.resolve = () => {
    called += 1;
    return resolve();
  };
  try {
    return await work(() => called);
  } finally {
    if (before) field.resolve = before;
    else delete field.resolve;
  }
}

/** Another value of a type than those there were. */
function maskOf(type: GraphQLOutputType, values: readonly unknown[]): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [];
  if (isCompositeType(nullable)) return nullable === type ? null : {};
  if (isEnumType(nullable)) return nullable.getValues().find(({ value }) => !values.includes(value))?.value;
  if (['Int', 'Float', 'SafeInt'].includes(nullable.toString())) return 987_654;
  return nullable.toString() === 'Boolean' ? values[0] !== true : 'masked';
}

test('every field of the schema has a value in some answer', () => {
  expect([...fields.keys()].filter((name) => !askedOf.has(name))).toEqual([]);
});

test.each([...fields.keys()])(
  '%s is refused, the first time and the last of many',
  async (name) => {
    const asked = askedOf.get(name) as Asked;
    const refuse = () => {
      throw new GraphQLError('not for you');
    };
    await withResolver(fields.get(name) as GraphQLField<unknown, unknown>, refuse, async (called) => {
      for (const { data, errors } of await askOften(asked, timesOf(name))) {
        expect(errors.length).toBeGreaterThan(0);
        for (const { message, path } of errors) {
          expect([message, path?.filter((key) => typeof key === 'string')]).toEqual(['not for you', asked.path]);
        }
        expect(valuesAt(data, asked.path).filter((value) => value !== null)).toEqual([]);
      }
      expect(called()).toBeGreaterThanOrEqual(timesOf(name));
    });
  },
  patienceMs,
);

test.each([...fields.keys()])(
  '%s is shown otherwise, the first time and the last of many',
  async (name) => {
    const asked = askedOf.get(name) as Asked;
    const field = fields.get(name) as GraphQLField<unknown, unknown>;
    const mask = maskOf(field.type, asked.values);
    const shown =
      mask !== null && typeof mask === 'object' && !Array.isArray(mask) ? { __typename: expect.any(String) } : mask;
    await withResolver(
      field,
      () => mask,
      async (called) => {
        for (const { data, errors } of await askOften(asked, timesOf(name))) {
          expect(errors).toEqual([]);
          const values = valuesAt(data, asked.path);
          expect(values).toEqual(values.map(() => shown));
          expect(values.length).toBeGreaterThan(0);
        }
        expect(called()).toBeGreaterThanOrEqual(timesOf(name));
      },
    );
  },
  patienceMs,
);
