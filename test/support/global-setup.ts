import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { buildServer } from '../../scripts/build-server.mjs';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { databaseUrl } from './database-url.ts';
import { removeFilled } from './filled-data.ts';
import { testKeys } from './seals.ts';
import { startTemporaryServer, type TestServer } from './temporary-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the server, to make others from. */
    serverUrl: string;
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
  }
}

const knownKeys = (['ids', 'cursors'] as const)
  .map((of) => `update service_keys set key = '\\x${testKeys[of].toString('hex')}' where purpose = '${of}'`)
  .join(';');

const quiet = { info: () => {}, warn: () => {} };

/** Starts the database server that all tests share, with a migrated template to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildServer();
  const server = await openServer();
  const prefix = `test_${randomBytes(4).toString('hex')}_`;
  try {
    const template = `${prefix}template`;
    await query(server.url, `create database ${template} encoding 'UTF8' template template0`);
    await migrateDatabase(databaseUrl(server.url, template), quiet);
    await query(databaseUrl(server.url, template), knownKeys);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('serverUrl', server.url);
  project.provide('databasePrefix', prefix);
  return async () => {
    await dropDatabases(server.url, prefix);
    await server.stop();
    await removeFilled(prefix);
  };
}

function openServer(): Promise<TestServer> {
  const { TEST_DATABASE_URL: url, TEST_DATABASE: kind, TEST_POSTGRES_IMAGE: image } = process.env;
  if (url) return Promise.resolve({ url, stop: async () => {} });
  if (kind === 'testcontainers') return startContainer(image || 'postgres:18-alpine');
  if (kind) throw new Error(`TEST_DATABASE is ${kind}. Allowed: testcontainers, or nothing for the embedded server.`);
  return startTemporaryServer();
}

async function startContainer(image: string): Promise<TestServer> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(image).start();
  return {
    url: container.getConnectionUri(),
    stop: async () => void (await container.stop()),
  };
}

async function dropDatabases(serverUrl: string, prefix: string): Promise<void> {
  const left = await query<{ datname: string }>(
    serverUrl,
    `select datname from pg_database where starts_with(datname, '${prefix}')`,
  );
  for (const { datname } of left) await query(serverUrl, `drop database if exists ${datname} with (force)`);
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
