import { setTimeout as sleep } from 'node:timers/promises';
import type { Rig } from './rig.ts';

export type Fault = {
  name: string;
  /** Before anything is sent. */
  prepare?: (rig: Rig) => Promise<void>;
  /** While deliveries are being sent; the database takes them again afterwards. */
  happen: (rig: Rig) => Promise<void>;
};

const below = (n: number) => Math.floor(Math.random() * n);

/** The service stands still meanwhile, and knows of nothing when it goes on. */
async function frozen({ service }: Rig, work: () => Promise<void>): Promise<void> {
  process.kill(service.pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(service.pid, 'SIGCONT');
  }
}

const backendKilled: Fault = {
  name: 'a process of the database is killed while the service stands still',
  happen: (rig) => frozen(rig, () => rig.server.killBackend('ingest')),
};

const databaseKilled: Fault = {
  name: 'the whole database is killed',
  happen: async ({ server }) => {
    await server.kill();
    await sleep(below(200));
    await server.start();
  },
};

const frozenAcrossRecovery: Fault = {
  name: 'the service stands still while the database crashes and recovers',
  happen: (rig) =>
    frozen(rig, async () => {
      await rig.server.kill('SIGQUIT');
      await rig.server.start();
    }),
};

/** Of some connections the COMMIT does not pass, or its answer does not; then nothing does, and the database is gone. */
const stalledAtCommit: Fault = {
  name: 'the network stalls at the commit, and the database crashes',
  happen: async ({ server, proxy, receivers }) => {
    const isPassed = below(2) === 0;
    const enough = 1 + below(receivers.length);
    const committing = new Set<number>();
    const stalled = new Promise<void>((resolve) => {
      proxy.onChunk(({ bytes, direction, connection }) => {
        if (direction === 'toServer' && bytes.includes('commit\0')) {
          committing.add(connection.id);
          if (!isPassed) connection.stall();
          if (committing.size >= enough) resolve();
        } else if (direction === 'toClient' && committing.has(connection.id)) connection.stall();
      });
    });
    // Where fewer are committing there is nothing to wait for: those that stall do not come back.
    await Promise.race([stalled, sleep(1000)]);
    await sleep(below(30));
    proxy.stall();
    await server.kill();
    await server.start();
    proxy.onChunk(null);
    proxy.cut();
    proxy.resume();
  },
};

let standby: Rig['server'] | undefined;

/** The old primary is killed; or it lives on for a while, and nobody can reach it. */
const failover: Fault = {
  name: 'the address leads to a synchronous standby, which has taken over',
  prepare: async ({ server }) => {
    standby = await server.addSynchronousStandby();
  },
  happen: async (rig) => {
    const { server: old, proxy } = rig;
    if (!standby) throw new Error('there is no standby');
    const isCutOff = below(2) === 0;
    if (isCutOff) proxy.stall();
    else await old.kill();
    await standby.promote();
    proxy.retarget({ host: '127.0.0.1', port: standby.port });
    rig.server = standby;
    standby = undefined;
    proxy.cut();
    proxy.resume();
    await old.remove();
  },
};

/** What a database may meet. The last one leaves the rig another server each time. */
export const faults: readonly Fault[] = [
  backendKilled,
  databaseKilled,
  frozenAcrossRecovery,
  stalledAtCommit,
  failover,
];
