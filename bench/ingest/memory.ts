import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { startTemporaryServer } from '../../test/support/temporary-server.ts';
import { startService } from '../support/children.ts';
import { jsonPost, runLoad } from '../support/load.ts';
import { deliveries } from './deliveries.ts';

// What memory the service takes while deliveries come for a long time.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    connections: { type: 'string', default: '64' },
  },
});
const server = await startTemporaryServer({ durable: true });
await migrateDatabase(server.url, { info: () => {}, warn: () => {} });
const service = await startService(server.url, 4803);
try {
  await main();
} finally {
  await service.stop();
  await server.stop();
}

async function main() {
  const { mixed } = deliveries(1);
  const path = '/webhooks/callerdesk/bench-secret-0123456789';
  const minutes = Number(values.minutes);
  for (let minute = 1; minute <= minutes; minute++) {
    const load = { port: service.port, connections: Number(values.connections), seconds: 60 };
    const { perSecond, p99, refused } = await runLoad({ ...load, nextRequest: () => jsonPost(path, mixed()) });
    console.log(
      `minute ${String(minute).padStart(2)}  ${perSecond.toFixed(0)} deliveries/s  p99 ${p99.toFixed(0)} ms  refused ${refused}  ${await residentMb()} MB`,
    );
  }
  await sleep(10_000);
  console.log(`ten seconds later: ${await residentMb()} MB`);
}

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
