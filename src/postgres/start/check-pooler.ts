import { randomBytes } from 'node:crypto';
import type { ClientBase } from 'pg';
import { StartupError } from '../../startup-error.ts';

/**
 * Refuses a pooler in between that gives a session to several clients in turn: settings, prepared statements, snapshots and
 * locks of a session would be another client's. `first` and `second` are connections to the same address; two that share
 * a session, or one that changes it, give such a pooler away.
 */
export async function refuseSharedSessions(first: ClientBase, second: ClientBase): Promise<void> {
  const token = randomBytes(8).toString('hex');
  const before = await backendOf(first);
  await first.query(`set call_analytics.session = '${token}'`);
  // A transaction keeps a session for itself, also at such a pooler: the other one must get another meanwhile.
  await second.query('begin').catch(refuse);
  const other = await second.query<{ pid: number; token: string | null }>(
    `select pg_backend_pid() as pid, current_setting('call_analytics.session', true) as token`,
  );
  if (other.rows[0]?.pid === before || other.rows[0]?.token === token) refuse();
  const after = await backendOf(first);
  await second.query('commit');
  if (after !== before) refuse();
}

async function backendOf(client: ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

function refuse(): never {
  throw new StartupError(
    'DATABASE_URL leads to a pooler, such as pgbouncer, that shares sessions between clients. Allowed: the server itself, or a pooler with pool_mode = session.',
  );
}
