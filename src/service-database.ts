import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DataFolderInUse, findRunningServer, startEmbeddedServer } from './embedded-postgres/index.ts';
import { type OpenDatabase, openDatabase } from './postgres/client.ts';
import { migrateDatabase } from './postgres/start/migrate.ts';

/** A service that is just starting, or stopping, has its folder and not yet, or no longer, a server. */
const patienceMs = 20_000;

/** Commands read and write much at once, but none of their statements takes longer than this. */
const statementTimeoutMs = 300_000;

export type ServiceDatabaseOptions = {
  config: { DATABASE_URL?: string | undefined; DATA_DIR: string; POSTGRES_PORT?: number | undefined };
  log: Pick<Logger, 'info' | 'warn'>;
  /** Shown in pg_stat_activity. */
  name: string;
  max?: number;
};

/**
 * The service's database, for a command beside it: that of DATABASE_URL; else the embedded one, through the server that
 * the service runs, or one that is started for as long as this is open. Close it in any case.
 */
export async function openServiceDatabase({
  config,
  log,
  name,
  max = 4,
}: ServiceDatabaseOptions): Promise<OpenDatabase> {
  const server = config.DATABASE_URL
    ? { url: config.DATABASE_URL, stop: async () => {} }
    : await findOrStartServer(config, log);
  try {
    await migrateDatabase(server.url, log);
    const database = openDatabase({ url: server.url, name, max, statementTimeoutMs, findsByKey: true });
    return {
      ...database,
      close: async () => {
        await database.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

type Server = { url: string; stop: () => Promise<void> };

/** The embedded server that the service runs, or one that is started until it is stopped. */
export async function findOrStartServer(
  { DATA_DIR: dataDir, POSTGRES_PORT: port }: Omit<ServiceDatabaseOptions['config'], 'DATABASE_URL'>,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<Server> {
  for (const end = Date.now() + patienceMs; ; await sleep(250)) {
    const url = await findRunningServer(dataDir);
    if (url) return { url, stop: async () => {} };
    try {
      return await startEmbeddedServer({ dataDir, log, port });
    } catch (error) {
      if (!(error instanceof DataFolderInUse) || Date.now() > end) throw error;
    }
  }
}
