import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type OpenDatabase, openDatabase, type PoolOptions } from '../../src/postgres/client.ts';
import { databaseUrl } from './database-url.ts';

export type TestDatabase = OpenDatabase & { url: string };

/** A database of its own for a test file, with all migrations applied. Close it in afterAll: that drops it. */
export async function createTestDatabase(options: Partial<Omit<PoolOptions, 'url'>> = {}): Promise<TestDatabase> {
  const { url, drop } = await createMigratedDatabase();
  const opened = openDatabase({ url, name: 'tests', max: 5, ...options });
  return {
    ...opened,
    url,
    close: async () => {
      await opened.close();
      await drop();
    },
  };
}

/** One for services alone, with all migrations applied. */
export function createMigratedDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  return createDatabase(`${inject('databasePrefix')}template`);
}

/** A database with nothing in it, for tests of what happens before the migrations. */
export function createEmptyDatabase(options = "encoding 'UTF8'"): Promise<{ url: string; drop: () => Promise<void> }> {
  return createDatabase(`template0 ${options}`);
}

/** Opens a database for connections or closes it, ending those there are. */
export async function allowConnections(url: string, allowed: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await onServer(`alter database ${name} allow_connections ${allowed}`);
  if (!allowed) await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
}

async function createDatabase(template: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `${inject('databasePrefix')}${randomBytes(5).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  return {
    url: databaseUrl(inject('serverUrl'), name),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('serverUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
