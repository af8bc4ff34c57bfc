import type pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { cleanUp, cleanUpAfterEach, newDataDir, sampleCall, start } from './sample-service.ts';

cleanUpAfterEach();

const ownKeys = `update service_keys set key = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))`;

/** A database whose ids nobody else has. */
async function newDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  cleanUp.push(database.close);
  await database.pool.query(ownKeys);
  return database;
}

async function startOver({ url }: TestDatabase) {
  const service = await start({ ...(await newDataDir()), env: { DATABASE_URL: url } });
  const ask = async (query: string) => {
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body });
    return (await answer.json()) as { data: Record<string, never>; errors?: { message: string }[] };
  };
  return { ...service, ask };
}

/** Copies the rows of all tables, as a dump does. */
async function copyRows(from: pg.Pool, to: pg.Pool): Promise<void> {
  const { rows: tables } = await from.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
     order by table_name <> 'accounts', table_name <> 'api_keys'`,
  );
  await to.query(`truncate ${tables.map(({ name }) => `"${name}"`).join()} cascade`);
  for (const { name } of tables) {
    const { rows } = await from.query(`select to_jsonb(t) as row from "${name}" t`);
    await to.query(
      `insert into "${name}" overriding system value select * from jsonb_populate_recordset(null::"${name}", $1::jsonb)`,
      [JSON.stringify(rows.map(({ row }) => row))],
    );
  }
}

const page = (after = '') => `{
  calls(first: 2${after}) { edges { cursor node { id agent { id } account { id } } } pageInfo { endCursor } }
  callMetrics(range: { between: { from: "2023-01-01T00:00:00Z", to: "2024-01-01T00:00:00Z" } }) {
    breakdown(by: [AGENT], first: 1) { edges { cursor node { agent { id } } } }
  }
}`;

test('services over one database, and over a copy of its rows, give out equal ids and cursors; over another none of theirs works', async () => {
  const database = await newDatabase();
  const first = await startOver(database);
  for (let n = 1; n <= 5; n++) {
    const call = { ...sampleCall, CallSid: `1672649960.${n}`, DialWhomNumber: `928123456${n % 2}` };
    const { status } = await fetch(first.webhookUrl, { method: 'POST', body: JSON.stringify(call) });
    expect(status).toBe(200);
  }
  const told = await first.ask(page());
  expect(told.errors).toBeUndefined();
  const { edges, pageInfo } = told.data.calls as unknown as {
    edges: { node: { id: string } }[];
    pageInfo: { endCursor: string };
  };
  expect(edges).toHaveLength(2);
  const [id, after] = [edges[0]?.node.id as string, `, after: "${pageInfo.endCursor}"`];
  const next = await first.ask(page(after));
  expect(next.errors).toBeUndefined();

  const copy = await newDatabase();
  await copyRows(database.pool, copy.pool);
  for (const same of [await startOver(database), await startOver(copy)]) {
    expect((await same.ask(page())).data).toEqual(told.data);
    expect((await same.ask(page(after))).data).toEqual(next.data);
    expect((await same.ask(`{ call(id: "${id}") { id } }`)).data).toEqual({ call: { id } });
  }

  const others = await newDatabase();
  await copyRows(database.pool, others.pool);
  await others.pool.query(ownKeys);
  const other = await startOver(others);
  expect((await other.ask(`{ call(id: "${id}") { id } }`)).data).toEqual({ call: null });
  expect((await other.ask(page(after))).errors?.map(({ message }) => message)).toEqual([
    expect.stringContaining('is no cursor of this service'),
  ]);
}, 120_000);
