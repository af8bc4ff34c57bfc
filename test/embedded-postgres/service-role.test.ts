import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, expect, inject, test } from 'vitest';
import { findRunningServer, findSuperuser, startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { serviceRole } from '../../src/embedded-postgres/server-roles.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { projectFile } from '../../src/project-file.ts';
import { databaseUrl } from '../support/database-url.ts';
import { makeDataDir, runService, type Service, startService } from '../support/service.ts';

const quiet = { info: () => {}, warn: () => {} };
const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function asked<Row extends pg.QueryResultRow>(url: string, ...statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const whoIsAsked =
  'select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = current_user';
const plain = {
  rolname: serviceRole,
  rolsuper: false,
  rolcreaterole: false,
  rolcreatedb: false,
  rolreplication: false,
};
const owners = `select distinct pg_get_userbyid(relowner) as owner from pg_class
  where relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and relkind in ('r', 'S', 'v')`;

async function expectWorking(service: Service, env: Record<string, string>, dataDir: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ CallSid: '1672649960.1', Status: 'ANSWER', SourceNumber: '9812345678' });
  expect((await fetch(service.webhookUrl, { method: 'POST', headers, body })).status).toBe(200);
  const query = '{ calls(first: 5) { totalCount } callMetrics(range: { calendar: TODAY }) { totals { callCount } } }';
  const answer = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  expect(await answer.json()).toMatchObject({ data: { calls: { totalCount: 1 } } });
  for (const [command, ...args] of [
    ['account', 'list'],
    ['replay'],
    ['aggregates', 'rebuild'],
    ['aggregates', 'verify'],
  ]) {
    const program = projectFile('dist', 'cli', `${command}.js`);
    expect(await runService({ dataDir, env, program, args })).toMatchObject({ code: 0 });
  }
}

test('on its own server the service works as a role that is no superuser, also on data that were made by a superuser', async () => {
  const { dataDir, remove } = await makeDataDir();
  cleanUp.push(remove);
  const server = await startEmbeddedServer({ dataDir, log: quiet, durable: false });
  expect(await asked(server.url, whoIsAsked)).toEqual([plain]);
  await migrateDatabase(server.url, quiet);

  // As versions left it that knew no such role.
  const superuser = (await findSuperuser(dataDir)) ?? '';
  await asked(
    superuser,
    `reassign owned by ${serviceRole} to postgres`,
    `drop role ${serviceRole}`,
    'create type mood as enum ()',
  );
  expect(await asked(superuser, owners)).toEqual([{ owner: 'postgres' }]);
  expect(await findRunningServer(dataDir)).toBeNull();
  await server.stop();

  const again = await startEmbeddedServer({ dataDir, log: quiet, durable: false });
  try {
    expect(await asked(again.url, whoIsAsked)).toEqual([plain]);
    expect(await asked(again.url, owners)).toEqual([{ owner: serviceRole }]);
    // What a later migration may do.
    await asked(
      again.url,
      'alter table calls add column later text',
      'alter table calls drop column later',
      'drop type mood',
      'create schema later',
    );
    expect(await findRunningServer(dataDir)).toBe(again.url);
  } finally {
    await again.stop();
  }
  const service = await startService({ dataDir });
  cleanUp.push(() => service.stop('SIGKILL'));
  await expectWorking(service, {}, dataDir);
  expect(await service.stop()).toMatchObject({ code: 0 });
}, 120_000);

test('on another server a role is enough that owns its database', async () => {
  const name = `${inject('databasePrefix')}${randomBytes(5).toString('hex')}`;
  await asked(
    inject('serverUrl'),
    `create role ${name} login password 'plain'`,
    `create database ${name} owner ${name} encoding 'UTF8' template template0`,
  );
  cleanUp.push(() => asked(inject('serverUrl'), `drop database ${name} with (force)`, `drop role ${name}`));
  const url = new URL(databaseUrl(inject('serverUrl'), name));
  url.username = name;
  url.password = 'plain';
  const { dataDir, remove } = await makeDataDir();
  cleanUp.push(remove);
  const env = { DATABASE_URL: url.href };
  const service = await startService({ dataDir, env });
  cleanUp.push(() => service.stop('SIGKILL'));
  await expectWorking(service, env, dataDir);
}, 120_000);
