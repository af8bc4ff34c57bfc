import type { ClientBase } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { checkServer } from '../../src/postgres/start/check-server.ts';
import { connectProblem } from '../../src/postgres/start/connect-problem.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { databaseUrl } from '../support/database-url.ts';

const quiet = { info: () => {}, warn: () => {} };
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

function changed(change: (url: URL) => void, from = database.url): string {
  const url = new URL(from);
  change(url);
  return `${url}`;
}

/** The one line of a start that is refused. */
async function refusal(url: string): Promise<string> {
  const message = await migrateDatabase(url, quiet).then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );
  expect(message).not.toContain('\n');
  const { password } = new URL(url);
  if (password) expect(message).not.toContain(password);
  return message;
}

const path = (value: string, from?: string) =>
  refusal(changed((url) => url.searchParams.set('options', `-csearch_path=${value}`), from));

test('a search_path that leads elsewhere, or nowhere, is told with where the tables are', async () => {
  await database.pool.query('create schema elsewhere');
  expect(await path('elsewhere')).toMatch(
    /^DATABASE_URL: the search_path elsewhere leads to the schema elsewhere, and the tables are in public\. Set it .*search_path = public/,
  );
  expect(await path('nowhere')).toMatch(/^DATABASE_URL: the search_path nowhere leads to no schema that is there/);
  expect(await path('nowhere,public')).toBe('it was not refused');
  const empty = await createEmptyDatabase();
  try {
    expect(await path('pg_catalog', empty.url)).toMatch(
      /leads to the schema pg_catalog, and the tables will be in public/,
    );
  } finally {
    await empty.drop();
  }
});

test('a database that is not there, a server that is not there, a host that nobody knows', async () => {
  const none = databaseUrl(inject('serverUrl'), 'not_there');
  expect(await refusal(none)).toMatch(
    /there is no database not_there: make it \(create database not_there .*\(3D000\)\.$/,
  );
  const closed = changed((url) => {
    url.port = '1';
  });
  expect(await refusal(closed)).toMatch(
    /no PostgreSQL answers at \S+, port 1: start it, or correct host and port.*\(ECONN\w+\)\.$/,
  );
  expect(await refusal('postgres://me@no-such-host.invalid/calls')).toMatch(
    /nobody knows the host no-such-host\.invalid: correct it/,
  );
});

test('a wrong password', async () => {
  await database.pool.query("create role somebody_else login password 'right'").catch(() => {});
  try {
    const wrong = changed((url) => {
      url.username = 'somebody_else';
      url.password = 'not-the-password';
    });
    expect(await refusal(wrong)).toMatch(
      /the password of the user somebody_else is wrong: correct it in DATABASE_URL \(28P01\)\.$/,
    );
  } finally {
    await database.pool.query('drop role somebody_else');
  }
});

test('a role whose transactions are read only', async () => {
  const url = changed((one) => one.searchParams.set('options', '-cdefault_transaction_read_only=on'));
  expect(await refusal(url)).toMatch(/transactions of this role or database are read only .* Switch that off/);
});

test('a hot standby', async () => {
  const rows = [{ number: 180_001, version: '18.1', encoding: 'UTF8', lower: 'é', standby: true, readonly: true }];
  const standby = { query: async () => ({ rows }) } as unknown as ClientBase;
  await expect(checkServer(standby, quiet)).rejects.toThrow(
    /is a hot standby, which can be read only\. Name the primary/,
  );
});

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
])('a certificate that is not trusted (%s)', (code) => {
  const problem = connectProblem(Object.assign(new Error('x'), { code }), 'postgres://a:secret@b/c?sslmode=require');
  expect(problem).toMatch(
    /sslmode=require checks it here, like verify-full\): add sslrootcert=.* or sslmode=no-verify/,
  );
});

test('a server without TLS', async () => {
  const url = changed((one) => one.searchParams.set('sslmode', 'no-verify'));
  expect(await refusal(url)).toMatch(/does not support SSL connections: use sslmode=disable/);
});

test.each([
  'postgres://me:p@one,two/calls',
  'postgres://me:p@one:5432,two:5432/calls',
  'postgresql:///calls?host=one,two',
  'postgres://one,two',
])('several hosts (%s)', (url) => {
  expect(() => readConfig({ DATABASE_URL: url })).toThrow(/Allowed: one host, as in postgres:.* name the primary/);
  expect(readConfig({ DATABASE_URL: 'postgres://me:a,b@one/calls?x=1,2' }).DATABASE_URL).toContain('one');
});
