import { realpath, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import { type EmbeddedAddress, embeddedUrl } from './embedded-url.ts';
import { readOwned, trustedOwners } from './owned-file.ts';
import { servicePasswordName } from './server-password.ts';
import { serviceRole } from './service-role.ts';

/** The URL of the embedded server that another process runs on the data of DATA_DIR, for the service's role; null if there is none. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const running = await findRunning(dataDir, servicePasswordName);
  if (running === null) return null;
  const { port, password } = running;
  if (password === null) {
    if (!(await listens(port))) return null;
    throw new StartupError('The service that runs on DATA_DIR is of an older version: restart it.');
  }
  const url = embeddedUrl({ port, password, user: serviceRole });
  return (await answers(url)) ? url : null;
}

/** Where the embedded server on the data of DATA_DIR says that it listens, with its superuser's password; null if none does. */
export async function findRunningAddress(dataDir: string): Promise<EmbeddedAddress | null> {
  const { port, password } = (await findRunning(dataDir, 'password')) ?? { port: 0, password: null };
  return password === null ? null : { port, password };
}

/** The port of a server that says it runs, and what the file with the password holds; null where there is no such file. */
async function findRunning(dataDir: string, name: string): Promise<{ port: number; password: string | null } | null> {
  const folder = await realpath(join(dataDir, 'postgres')).catch(() => null);
  if (folder === null) return null;
  const owners = trustedOwners(await stat(join(folder, 'data')).catch(() => null));
  const port = await readPort(join(folder, 'data', 'postmaster.pid'), owners);
  if (port === null) return null;
  const password = await readOwned(join(folder, name), owners).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The password of the running database in ${folder} cannot be read: ${error.message}. Run this as the user who runs the service.`,
    );
  });
  return { port, password };
}

/** The port of a server that says it takes connections. A file that a crash left may name one that is another's now. */
async function readPort(file: string, owners: readonly number[]): Promise<number | null> {
  const lines = (await readOwned(file, owners).catch(() => '')).split('\n');
  const port = Number(lines[3]);
  return lines[7]?.trim() === 'ready' && port > 0 ? port : null;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
