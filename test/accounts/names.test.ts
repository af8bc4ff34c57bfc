import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeType } from '../../src/query/global-id.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let sent = 0;
const report = (more: Record<string, string> = {}) => {
  sent += 1;
  return {
    CallSid: `names-${sent}`,
    SourceNumber: '9812345678',
    DestinationNumber: '08062861230',
    DialWhomNumber: '9281234567',
    receiver_name: 'Ashish',
    campid: '77',
    Direction: 'IVR',
    Status: 'ANSWER',
    StartTime: '2026-01-05 10:00:00',
    EndTime: '2026-01-05 10:01:00',
    TalkDuration: '40',
    ...more,
  };
};

const kinds = [
  ['updateAgent', 'agents', 'Ashish'],
  ['updateCampaign', 'campaigns', null],
  ['updateVirtualNumber', 'virtualNumbers', null],
  ['updateCustomer', 'customers', null],
] as const;

type Named = { id: string; name: string | null };

async function firstOf(list: string): Promise<Named> {
  const answer = await app.query<Record<string, { nodes: Named[] }>>(`{ ${list} { nodes { id name } } }`);
  const [first] = answer[list]?.nodes ?? [];
  if (!first) throw new Error(`there are no ${list}`);
  return first;
}

const change = (mutation: string, id: string, given: string) =>
  app.ask(`mutation { ${mutation}(id: ${JSON.stringify(id)}${given}) { id name } }`);

describe.each(kinds)('%s', (mutation, list, fromProvider) => {
  beforeAll(async () => {
    await app.send(report());
  });

  test('a given name is shown, outlives deliveries, and ends when it is set to null', async () => {
    const { id } = await firstOf(list);
    expect((await change(mutation, id, ', name: "  Renée Ünal  "')).data).toEqual({
      [mutation]: { id, name: 'Renée Ünal' },
    });
    await app.send(report({ receiver_name: 'Ashish' }));
    expect(await firstOf(list)).toEqual({ id, name: 'Renée Ünal' });
    expect((await change(mutation, id, ', name: null')).data).toEqual({ [mutation]: { id, name: fromProvider } });
    expect(await firstOf(list)).toEqual({ id, name: fromProvider });
  });

  test('lists are ordered by the given name, whatever its capitals', async () => {
    const { id } = await firstOf(list);
    await change(mutation, id, ', name: "ZOË"');
    const table = list.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const { rows } = await app.database.db.execute(
      sql.raw(`select name, name_key from ${table} where name is not null`),
    );
    expect(rows).toEqual([{ name: 'ZOË', name_key: 'zoë' }]);
    await change(mutation, id, ', name: null');
  });

  test.each([
    ['left out', ''],
    ['empty', ', name: ""'],
    ['blank', ', name: " \\t\\n "'],
    ['longer than 255 characters', `, name: "${'x'.repeat(256)}"`],
    ['with a NUL', ', name: "a\\u0000b"'],
    ['half a character', ', name: "a\\ud800b"'],
  ])('a name that is %s is BAD_USER_INPUT and changes nothing', async (_what, given) => {
    const before = await firstOf(list);
    const { errors } = await change(mutation, before.id, given);
    expect(errors).toHaveLength(1);
    // A lone surrogate is refused by the parser already.
    expect(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']).toContain(errors?.[0]?.extensions.code);
    expect(await firstOf(list)).toEqual(before);
  });

  test('an unset variable leaves the name out: it is BAD_USER_INPUT, and says where', async () => {
    const { id } = await firstOf(list);
    const query = `mutation ($id: ID!, $name: String) { ${mutation}(id: $id, name: $name) { id } }`;
    const { errors } = await app.ask(query, { id });
    expect(errors?.[0]).toMatchObject({ path: [mutation], extensions: { code: 'BAD_USER_INPUT', argument: ['name'] } });
    expect((await app.ask(query, { id, name: 'a\ud800' })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('255 characters are allowed, also those that take two places', async () => {
    const { id } = await firstOf(list);
    const name = '😀'.repeat(255);
    expect((await change(mutation, id, `, name: "${name}"`)).data).toEqual({ [mutation]: { id, name } });
    await change(mutation, id, ', name: null');
  });

  test('an id of nothing, of another type or of no form is NOT_FOUND', async () => {
    const type = mutation.replace('update', '') as NodeType;
    const { accounts } = await app.query<{ accounts: Named[] }>('{ accounts { id name } }');
    for (const id of [toGlobalId(type, 999_999), toGlobalId('Call', 999_999), accounts[0]?.id ?? '', 'nonsense', '']) {
      const { errors } = await change(mutation, id, ', name: "A"');
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', argument: ['id'] });
    }
  });
});

test('the newest name that was sent meanwhile is shown once the given one is taken back', async () => {
  const { id } = await firstOf('agents');
  await change('updateAgent', id, ', name: "Given"');
  await app.send(report({ receiver_name: 'Sent later' }));
  expect((await firstOf('agents')).name).toBe('Given');
  await change('updateAgent', id, ', name: null');
  expect((await firstOf('agents')).name).toBe('Sent later');
  await app.send(report({ receiver_name: 'Ashish' }));
});

test('names given while deliveries come are never lost, and neither are first and last calls', async () => {
  const { id } = await firstOf('agents');
  const rounds = Array.from({ length: 30 }, (_, n) => n);
  await Promise.all(
    rounds.flatMap((n) => [
      app.send(
        report({ receiver_name: `Sent ${n}`, StartTime: `2026-02-${String((n % 28) + 1).padStart(2, '0')} 10:00:00` }),
      ),
      change('updateAgent', id, `, name: "Given ${n}"`),
    ]),
  );
  const { agent } = await app.query<{ agent: { name: string; lastCallAt: string } }>(
    `{ agent(id: "${id}") { name lastCallAt } }`,
  );
  expect(agent.name).toMatch(/^Given \d+$/);
  expect(agent.lastCallAt).toBe('2026-02-28T04:30:00.000Z');
  const { data } = await change('updateAgent', id, ', name: null');
  expect(data).toEqual({ updateAgent: { id, name: expect.stringMatching(/^Sent \d+$/) } });
});

test('several changes in one operation each answer with what is there after them, figures too', async () => {
  const agent = await firstOf('agents');
  const customer = await firstOf('customers');
  const calls = 'calls(first: 1) { nodes { agent { name } customer { name } } totalCount }';
  const data = await app.query(`mutation {
    first: updateAgent(id: "${agent.id}", name: "One") { name ${calls} }
    second: updateCustomer(id: "${customer.id}", name: "Two") { name ${calls} }
    third: updateAgent(id: "${agent.id}", name: "Three") { name ${calls} }
  }`);
  const callsOf = (agentName: string, customerName: string | null) => ({
    nodes: [{ agent: { name: agentName }, customer: { name: customerName } }],
    totalCount: sent,
  });
  expect(data).toEqual({
    first: { name: 'One', calls: callsOf('One', null) },
    second: { name: 'Two', calls: callsOf('One', 'Two') },
    third: { name: 'Three', calls: callsOf('Three', 'Two') },
  });
});

test('many operations of many changes at once do not wait for each other without end', async () => {
  const { id } = await firstOf('agents');
  const roots = Array.from(
    { length: 5 },
    (_, n) => `m${n}: updateAgent(id: "${id}", name: "N${n}") { calls { totalCount } }`,
  );
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask(`mutation { ${roots.join(' ')} }`)));
  expect(answers.filter(({ errors }) => errors)).toEqual([]);
});
