import type { ClientBase } from 'pg';
import type { Logger } from 'pino';
import { StartupError } from '../../startup-error.ts';

const oldest = 15;
const newest = 18;

/** Refuses a server that this service does not work with; warns of what it answers otherwise than it should. */
export async function checkServer(client: Pick<ClientBase, 'query'>, log: Pick<Logger, 'warn'>): Promise<void> {
  const { rows } = await client.query<{
    version: string;
    number: number;
    encoding: string;
    lower: string;
    standby: boolean;
    readonly: boolean;
  }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            current_setting('server_encoding') as encoding, lower('É') as lower,
            pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as readonly`,
  );
  const [server] = rows;
  if (!server) throw new Error('the server does not tell its version');
  const major = Math.floor(server.number / 10_000);
  if (major < oldest) {
    throw new StartupError(
      `DATABASE_URL: the server is PostgreSQL ${server.version}. Allowed: PostgreSQL ${oldest} to ${newest}.`,
    );
  }
  if (server.standby) {
    throw new StartupError(
      'DATABASE_URL: the server is a hot standby, which can be read only. Name the primary, or a name or proxy that leads to it.',
    );
  }
  if (server.readonly) {
    throw new StartupError(
      'DATABASE_URL: transactions of this role or database are read only (default_transaction_read_only). Switch that off for the service.',
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new StartupError(`DATABASE_URL: the database's encoding is ${server.encoding}. Allowed: UTF8.`);
  }
  if (major > newest)
    log.warn(`PostgreSQL ${server.version} is newer than what this service was tried with (${newest})`);
  if (server.lower !== 'é') {
    log.warn(
      'DATABASE_URL: the locale of the database knows the letters of ASCII alone, so filters find no other letter in the other case; make the database with lc_ctype C.UTF-8 or the like',
    );
  }
}
