import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readOwned, trustedOwners, trustedOwnersIn } from '../owned-file.ts';
import { serviceUrl, superuserUrl } from './server-roles.ts';

/** The URL of the embedded server that another process runs on the data of DATA_DIR, for the service's role; null if there is none. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const superuser = await findSuperuser(dataDir);
  if (!superuser) return null;
  const { port, password } = new URL(superuser);
  const url = serviceUrl(Number(port), password);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => url),
    () => null,
  );
}

/** The same for its superuser, where a server says that it takes connections. */
export async function findSuperuser(dataDir: string, database?: string): Promise<string | null> {
  const folder = join(dataDir, 'postgres');
  const found = await readPostmaster(join(folder, 'data'));
  if (!found?.isReady) return null;
  const password = await readOwned(join(folder, 'password'), await trustedOwnersIn(dataDir));
  return superuserUrl(found.port, password, database);
}

/** What a server says of itself in its data folder, where a crash may have left it. */
export async function readPostmaster(data: string): Promise<{ pid: number; port: number; isReady: boolean } | null> {
  const owners = trustedOwners(await stat(data).catch(() => null));
  const lines = (await readOwned(join(data, 'postmaster.pid'), owners).catch(() => '')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return pid > 0 ? { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' } : null;
}
