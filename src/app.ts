import Fastify, { type FastifyInstance } from 'fastify';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import type { Account } from './accounts/account.table.ts';

/** What the doors work with; whoever opened a part closes it. */
export type AppParts = {
  /** Connections of the GraphQL side. */
  queries: NodePgDatabase;
  /** Connections of the webhook, so that heavy questions never keep a delivery waiting. */
  ingest: NodePgDatabase;
  /** The account whose deliveries the webhook takes. */
  account: Account;
  webhookSecret: string;
  /** Zone and region of the service, where no account's decide. */
  timeZone: string;
  region: string;
  /** The zone names that callers may use. */
  timeZones: ReadonlySet<string>;
  log: Logger;
};

/** The whole service behind one HTTP server, not yet listening. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app = Fastify({ loggerInstance: parts.log, disableRequestLogging: true });
  app.get('/healthz', async () => ({ status: 'ok' }));
  return app as unknown as FastifyInstance;
}
