import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataFolder } from '../../src/embedded-postgres/data-folder-lock.ts';
import { findSuperuser, startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { endOldServer } from '../../src/embedded-postgres/old-server.ts';
import { removeServerHome } from '../../src/embedded-postgres/server-home.ts';

export type TestServer = { url: string; stop: () => Promise<void> };

const prefix = 'call-analytics-test-';
const quiet = { info: () => {}, warn: () => {} };

/** An embedded server, with its superuser's URL, that is gone, with its data, once it is stopped. */
export async function startTemporaryServer({ durable = false } = {}): Promise<TestServer> {
  await removeForgottenServers();
  const dataDir = await mkdtemp(join(tmpdir(), prefix));
  try {
    const server = await startEmbeddedServer({ dataDir, log: quiet, durable });
    const superuser = await findSuperuser(dataDir);
    if (!superuser) throw new Error('the server that was started does not run');
    return {
      url: superuser,
      stop: async () => {
        await server.stop();
        await removeDataDir(dataDir);
      },
    };
  } catch (error) {
    await removeDataDir(dataDir);
    throw error;
  }
}

/** Removes a data folder of a service or a server that does not run. */
export async function removeDataDir(dataDir: string): Promise<void> {
  await removeServerHome(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

/** What a test run that was killed left behind, its server perhaps still running. */
async function removeForgottenServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const dataDir = join(tmpdir(), name);
    const madeAt = await stat(dataDir).then(
      (found) => found.ctimeMs,
      () => Date.now(),
    );
    if (Date.now() - madeAt < 60_000) continue;
    try {
      const home = await realpath(join(dataDir, 'postgres'));
      const lock = await lockDataFolder(home);
      await endOldServer(join(home, 'data'), quiet);
      await lock.release();
      await removeDataDir(dataDir);
    } catch {
      // In use by another run, or another user's.
    }
  }
}
