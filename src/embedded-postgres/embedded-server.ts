import type { Logger } from 'pino';
import { lockDataFolder } from './data-folder-lock.ts';
import { embeddedUrl } from './embedded-url.ts';
import { initDatabase } from './init-database.ts';
import { trustedOwners } from './owned-file.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { openServerHome, reachableFolder } from './server-home.ts';
import { keepServerPassword, keepServicePassword } from './server-password.ts';
import { endServer, launchServer } from './server-process.ts';
import { keepServiceRole, serviceRole } from './service-role.ts';

export type EmbeddedServer = {
  url: string;
  /** Settles when the server has ended, by stop or by itself, with how it ended. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  isStopping: () => boolean;
};

export type EmbeddedServerOptions = {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn'>;
  /** False: fast, and broken after a power cut. For tests. */
  durable?: boolean;
};

/** Starts this service's own PostgreSQL on the data in DATA_DIR, made if there is none. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir, log, durable = true } = options;
  const home = await openServerHome(dataDir);
  const lock = await lockDataFolder(home.folder, trustedOwners(home.user));
  let stopped: Promise<void> | undefined;
  let stop = () => {
    stopped ??= lock.release();
    return stopped;
  };
  try {
    const binaries = await findPostgresBinaries(home.user, reachableFolder);
    const password = await keepServerPassword(home);
    const servicePassword = await keepServicePassword(home);
    await initDatabase(home, binaries, durable);
    const server = await launchServer(home, binaries, durable, log);
    stop = () => {
      stopped ??= endServer(server).then(lock.release);
      return stopped;
    };
    const { port } = server;
    await keepServiceRole({ port, password }, servicePassword);
    const url = embeddedUrl({ port, user: serviceRole, password: servicePassword });
    return { url, ended: server.ended, stop, isStopping: () => stopped !== undefined };
  } catch (error) {
    await stop();
    throw error;
  }
}
