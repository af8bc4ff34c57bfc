import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunningServer, startEmbeddedServer } from '../../src/embedded-postgres/index.ts';

export type DataServer = { url: string; stop: () => Promise<void> };

const quiet = { info: () => {}, warn: () => {} };

/** Where a database of so many calls is kept between benches, unless --data says otherwise. */
export function dataFolderOf(calls: number): string {
  const short = calls % 1_000_000 === 0 ? `${calls / 1_000_000}m` : calls % 1000 === 0 ? `${calls / 1000}k` : calls;
  return join(tmpdir(), `bench-${short}`);
}

/** The server of a data folder: the one that runs there, or one that is started until it is stopped. */
export async function openDataFolder(dataDir: string): Promise<DataServer> {
  const running = await findRunningServer(dataDir);
  if (running) return { url: running, stop: async () => {} };
  return startEmbeddedServer({ dataDir, log: quiet });
}
