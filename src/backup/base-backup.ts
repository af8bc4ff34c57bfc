import { randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * Has the server write a copy of its data into an empty folder of its own, while it is at work: base.tar.gz, with the WAL that
 * makes it consistent. That is its own BASE_BACKUP, which also checks the checksum of every page; a slot keeps the WAL that
 * is written meanwhile.
 */
export async function writeBaseBackup(folder: string, superuser: string, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: `${superuser}&replication=database`,
    application_name: 'backup',
    keepAlive: true,
  });
  client.on('error', () => {}); // the command that runs then says so
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const breakOff = () => void endBackend(superuser, rows[0]?.pid ?? 0);
  signal.addEventListener('abort', breakOff);
  try {
    signal.throwIfAborted();
    await client.query(
      `CREATE_REPLICATION_SLOT backup_${randomBytes(6).toString('hex')} TEMPORARY PHYSICAL (RESERVE_WAL true)`,
    );
    await client.query(`BASE_BACKUP (LABEL 'call-analytics', CHECKPOINT 'fast', WAL true, MANIFEST 'no',
      COMPRESSION 'gzip', COMPRESSION_DETAIL 'level=1', TARGET 'server', TARGET_DETAIL '${folder.replaceAll("'", "''")}')`);
  } finally {
    signal.removeEventListener('abort', breakOff);
    await client.end().catch(() => {});
  }
}

async function endBackend(url: string, pid: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_terminate_backend($1)', [pid]);
  } catch {
    // It ends with its server.
  } finally {
    await client.end().catch(() => {});
  }
}
