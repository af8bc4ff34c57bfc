import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import { embeddedUrl } from './embedded-server.ts';

/** The URL of the embedded server that another process runs on the data of DATA_DIR; null if there is none. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const folder = await realpath(join(dataDir, 'postgres')).catch(() => null);
  if (folder === null) return null;
  const port = await readPort(join(folder, 'data', 'postmaster.pid'));
  if (port === null) return null;
  const password = await readFile(join(folder, 'password'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new StartupError(
      `The password of the running database in ${folder} cannot be read: ${error.message}. Run this as the user who runs the service.`,
    );
  });
  if (password === null) return null;
  const url = embeddedUrl({ port, password });
  return (await answers(url)) ? url : null;
}

/** The port of a server that says it takes connections. A file that a crash left may name one that is another's now. */
async function readPort(file: string): Promise<number | null> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
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
