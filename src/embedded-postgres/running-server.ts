import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readOwned, trustedOwners, trustedOwnersIn } from '../owned-file.ts';
import { type ServerAddress, serviceUrl, superuserUrl } from './server-roles.ts';

/** The URL of the embedded server that another process runs on the data of DATA_DIR, for the service's role; null if there is none. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const address = await findAddress(dataDir);
  if (!address) return null;
  const client = new pg.Client({ connectionString: serviceUrl(address), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => serviceUrl(address)),
    () => null,
  );
}

/** The same for its superuser, where a server says that it takes connections. */
export async function findSuperuser(dataDir: string, database?: string): Promise<string | null> {
  const address = await findAddress(dataDir);
  return address && superuserUrl(address, database);
}

/** What a server says of itself in its data folder, where a crash may have left it. */
export async function readPostmaster(data: string): Promise<{ pid: number; port: number; isReady: boolean } | null> {
  const owners = trustedOwners(await stat(data).catch(() => null));
  const lines = (await readOwned(join(data, 'postmaster.pid'), owners).catch(() => '')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return pid > 0 ? { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' } : null;
}

async function findAddress(dataDir: string): Promise<ServerAddress | null> {
  const folder = join(dataDir, 'postgres');
  const found = await readPostmaster(join(folder, 'data'));
  if (!found?.isReady) return null;
  const password = await readOwned(join(folder, 'password'), await trustedOwnersIn(dataDir));
  return { port: found.port, password };
}
