import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Logger } from 'pino';
import * as z from 'zod';
import { projectFile } from '../../project-file.ts';
import { StartupError, startupLine } from '../../startup-error.ts';
import { lostClients } from '../session.ts';
import { refuseSharedSessions } from './check-pooler.ts';
import { checkMayMigrate, checkRights, checkSearchPath, hasMigrationsTable } from './check-rights.ts';
import { checkServer } from './check-server.ts';
import { connectProblem } from './connect-problem.ts';

type Migration = { tag: string; when: number };

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })).min(1) });
const lockKey = `hashtextextended('call-analytics migrations', 0)`;

let journal: Migration[] | undefined;

/** Brings the database to this version's tables. Instances that start at once wait for one another. */
export async function migrateDatabase(url: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  const client = await connect(url);
  try {
    await checkServer(client, log);
    await checkPooler(client, url);
    await checkSearchPath(client);
    await client.query(
      `set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; ${lostClients}`,
    );
    const free = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockKey}) as taken`);
    if (!free.rows[0]?.taken) {
      log.info('waiting for another instance that applies the migrations');
      await client.query(`select pg_advisory_lock(${lockKey})`);
    }
    await applyMigrations(client, log);
    await checkRights(client);
  } finally {
    await client.end(); // gives the lock back
  }
}

async function connect(url: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'migrations',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...options,
  });
  client.on('error', () => {}); // the statement that runs then says so
  await client.connect().catch((error) => {
    throw new StartupError(`The database of DATABASE_URL cannot be reached: ${connectProblem(error, url)}.`);
  });
  return client;
}

async function checkPooler(client: pg.Client, url: string): Promise<void> {
  const second = await connect(url, { query_timeout: 10_000 });
  await refuseSharedSessions(client, second).finally(() => second.end());
}

/** Names of the migrations that the database does not have yet. */
export async function pendingMigrations(db: Pick<NodePgDatabase, 'execute'>): Promise<string[]> {
  const applied = await appliedMigrations(db);
  return knownMigrations()
    .filter(({ when }) => !applied.has(when))
    .map(({ tag }) => tag);
}

async function applyMigrations(client: pg.Client, log: Pick<Logger, 'info'>): Promise<void> {
  const db = drizzle({ client });
  const known = knownMigrations();
  const applied = (await hasMigrationsTable(client)) ? await appliedMigrations(db) : new Set<number>();
  const newest = known.reduce((a, b) => (b.when > a.when ? b : a));
  if ([...applied].some((when) => when > newest.when)) {
    throw new StartupError(
      `The database was used by a newer version of this service: it has migrations after ${newest.tag}, the last one known here. Start that version, or set DATABASE_URL to another database.`,
    );
  }
  const pending = known.filter(({ when }) => !applied.has(when)).map(({ tag }) => tag);
  if (pending.length === 0) return;
  await checkMayMigrate(client, pending);
  await migrate(db, { migrationsFolder: projectFile('migrations') }).catch((error) => {
    throw new StartupError(`The migrations could not be applied to the database: ${startupLine(error)}.`);
  });
  const skipped = await pendingMigrations(db);
  if (skipped.length > 0) {
    throw new StartupError(
      `The migration ${skipped[0]} is older than one that the database already has, so it was never applied there. Set DATABASE_URL to another database.`,
    );
  }
  log.info({ migrations: pending }, 'migrated the database');
}

async function appliedMigrations(db: Pick<NodePgDatabase, 'execute'>): Promise<Set<number>> {
  const table = await db.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  if (!table.rows[0]?.there) return new Set();
  const found = await db.execute<{ created_at: string }>(sql`select created_at from drizzle.__drizzle_migrations`);
  return new Set(found.rows.map((row) => Number(row.created_at)));
}

function knownMigrations(): Migration[] {
  journal ??= journalSchema.parse(
    JSON.parse(readFileSync(projectFile('migrations/meta/_journal.json'), 'utf8')),
  ).entries;
  return journal;
}
