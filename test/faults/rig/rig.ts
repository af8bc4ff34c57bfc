import { createAccount } from '../../../src/accounts/accounts.ts';
import { openDatabase } from '../../../src/postgres/client.ts';
import { makeDataDir, type Service, startService } from '../../support/service.ts';
import { openProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { PostgresServer } from './postgres.ts';
import type { Receiver } from './senders.ts';

/** A service that takes deliveries of several accounts, and its database behind one address, which may lead elsewhere. */
export type Rig = {
  /** The one that the address leads to. */
  server: PostgresServer;
  proxy: TcpProxy;
  service: Service;
  /** Answers the same questions from the calls themselves. */
  counting: Service;
  receivers: Receiver[];
  close: () => Promise<void>;
};

const accounts = 8;

/** `program`: the bundle of another version of the service. */
export async function openRig({ program }: { program?: string | undefined } = {}): Promise<Rig> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const first = await PostgresServer.make();
    const proxy = await openProxy({ host: '127.0.0.1', port: first.port });
    undo.push(async () => {
      await proxy.close();
      await rig.server.remove();
    });
    const start = async (env: Record<string, string> = {}) => {
      const folder = await makeDataDir();
      undo.push(folder.remove);
      const service = await startService({
        dataDir: folder.dataDir,
        env: { DATABASE_URL: first.url(proxy.port), LIVE_AGE_LIMIT_HOURS: '9999', ...env },
        ...(program && { program }),
      });
      undo.push(() => {
        process.kill(service.pid, 'SIGCONT');
        return service.stop('SIGKILL');
      });
      return service;
    };
    const service = await start();
    const counting = await start({ METRICS_SOURCE: 'calls' });
    const rig: Rig = { server: first, proxy, service, counting, receivers: await addAccounts(first, service), close };
    return rig;
  } catch (error) {
    await close();
    throw error;
  }
}

async function addAccounts(server: PostgresServer, { webhookUrl, url }: Service): Promise<Receiver[]> {
  const database = openDatabase({ url: server.url(), name: 'faults', max: 1 });
  try {
    const receivers: Receiver[] = [];
    for (let n = 1; n < accounts; n++) {
      const made = await createAccount(database.db, {
        name: `Account ${n}`,
        timeZone: 'Asia/Kolkata',
        region: 'IN',
        outgoingAgentLeg: 'LEG_A',
      });
      if (!made) throw new Error('the name is taken');
      receivers.push({ account: made.account.id, webhookUrl: `${url}/webhooks/callerdesk/${made.secret}` });
    }
    const { rows } = await database.pool.query('select min(id) as id from accounts');
    return [{ account: rows[0]?.id, webhookUrl }, ...receivers];
  } finally {
    await database.close();
  }
}
