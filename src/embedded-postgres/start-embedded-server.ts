import type { Logger } from 'pino';
import { trustedOwners } from '../owned-file.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { initDatabase } from './init-database.ts';
import { endOldServer } from './old-server.ts';
import { findPrograms } from './postgres-programs.ts';
import { openServerHome } from './server-home.ts';
import { endServer, launchServer, type ServerProcess } from './server-process.ts';
import { keepServiceRole } from './server-roles.ts';

export type EmbeddedServer = {
  /** Of its database, as the service's role. */
  url: string;
  /** Settles when the server has ended, by stop or by itself, with how it ended. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  isStopping: () => boolean;
};

export type EmbeddedServerOptions = {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Where it listens, on this machine alone. Absent: any free port. */
  port?: number | undefined;
  /** False: fast, and broken after a power cut. For tests. */
  durable?: boolean;
};

/** Starts this service's own PostgreSQL on the data in DATA_DIR, made if there is none. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir, log, port, durable = true } = options;
  const home = await openServerHome(dataDir);
  const lock = await lockDataFolder(home.folder, trustedOwners(home.user));
  let server: ServerProcess | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (server ? endServer(server) : Promise.resolve()).then(lock.release);
    return stopped;
  };
  try {
    const programs = await findPrograms(home.user);
    const password = await initDatabase(home, programs, durable);
    await endOldServer(home.data, log);
    server = await launchServer(home, programs, { port, durable });
    const url = await keepServiceRole(server.port, password);
    return { url, ended: server.ended, stop, isStopping: () => stopped !== undefined };
  } catch (error) {
    await stop();
    throw error;
  }
}
