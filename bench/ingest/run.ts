import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createAccount } from '../../src/accounts/accounts.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { databaseUrl } from '../../test/support/database-url.ts';
import { startTemporaryServer } from '../../test/support/temporary-server.ts';
import { type Child, startChild, startService } from '../support/children.ts';
import { backendsOf, cpuSeconds } from '../support/cpu-time.ts';
import { jsonPost, type LoadResult, median, runLoad } from '../support/load.ts';
import { deliveries } from './deliveries.ts';

// All sides in one run, in turn, on one server with default durability, each with its own table of calls already full.
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '64' },
    warm: { type: 'string', default: '10' },
    // Among so many the service's deliveries are spread; the other sides know no accounts.
    accounts: { type: 'string', default: '1,20' },
  },
});
const ports = { bare: 4802, prepared: 4803, service: 4801 };
type Side = keyof typeof ports;
const order: readonly Side[] = ['bare', 'prepared', 'service'];
const quiet = { info: () => {}, warn: () => {} };

const server = await startTemporaryServer({ durable: true });
const children: Child[] = [];
try {
  await main();
} finally {
  await Promise.all(children.map((child) => child.stop()));
  await server.stop();
}

async function main() {
  const serviceUrl = databaseUrl(server.url, 'bench_service');
  await run(server.url, 'create database bench_service');
  await migrateDatabase(serviceUrl, quiet);
  console.log(`filling three tables with ${values.calls} calls each`);
  await fill(serviceUrl, Number(values.calls));
  const bareUrls = { bare: databaseUrl(server.url, 'bench_bare'), prepared: databaseUrl(server.url, 'bench_prepared') };
  for (const name of Object.keys(bareUrls)) {
    await run(server.url, `create database bench_${name} template bench_service`);
  }

  const startBare = async (name: keyof typeof bareUrls, ...more: string[]) => {
    const program = ['--max-semi-space-size=64', '--import', 'tsx', 'bench/ingest/bare-server.ts'];
    const args = [...program, bareUrls[name], String(ports[name]), ...more];
    const child = await startChild(name, args, ports[name], { NODE_ENV: 'production' });
    children.push(child);
    return { pid: child.pid, url: bareUrls[name] };
  };
  const service = await startService(serviceUrl, ports.service);
  children.push(service);
  const processes = {
    bare: await startBare('bare'),
    prepared: await startBare('prepared', 'prepared'),
    service: { pid: service.pid, url: serviceUrl },
  };
  await packed(serviceUrl);

  const sources = (from: number) => ({ bare: deliveries(from), prepared: deliveries(from), service: deliveries(from) });
  for (const [i, count] of values.accounts.split(',').map(Number).entries()) {
    const paths = await pathsOf(serviceUrl, count);
    // What comes twice goes to the same account.
    const toService = (body: Record<string, string>) =>
      jsonPost(paths[Number(body.CallSid?.split('.')[1]) % count] as string, body);
    const among = count === 1 ? 'one account' : `${count} accounts`;
    const reports = sources(1 + i * 50_000_000);
    await compare(`${among}: new reports`, processes, {
      bare: () => jsonPost('/webhook', reports.bare.report()),
      prepared: () => jsonPost('/webhook', reports.prepared.report()),
      service: () => toService(reports.service.report()),
    });
    const mix = sources(500_000_000 + i * 50_000_000);
    const mixed = 'half new reports, 30 % live events, 20 % duplicates, against new reports alone';
    await compare(`${among}: ${mixed}`, processes, {
      bare: () => jsonPost('/webhook', mix.bare.report()),
      prepared: () => jsonPost('/webhook', mix.prepared.report()),
      service: () => toService(mix.service.mixed()),
    });
  }
  const rss = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${service.pid}/status`, 'utf8'))?.[1];
  console.log(`memory of the service after the load: ${Math.round(Number(rss) / 1024)} MB`);
}

type Measured = LoadResult & { nodeMicros: number; databaseMicros: number };

async function compare(
  name: string,
  processes: Record<Side, { pid: number; url: string }>,
  sides: Record<Side, () => Buffer>,
) {
  console.log(`\n${name}`);
  const results: Record<Side, Measured[]> = { bare: [], prepared: [], service: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const side of order) {
      const load = { port: ports[side], connections: Number(values.connections), nextRequest: sides[side] };
      // Until what runs is compiled, compiling it costs more than it.
      if (round === 0) await runLoad({ ...load, seconds: Number(values.warm) });
      const { pid, url } = processes[side];
      const backends = await backendsOf(url);
      const before = { node: await cpuSeconds([pid]), database: await cpuSeconds(backends) };
      const result = await runLoad({ ...load, seconds: Number(values.seconds) });
      const each = (now: number, then: number) => ((now - then) * 1e6) / result.answered;
      const nodeMicros = each(await cpuSeconds([pid]), before.node);
      const databaseMicros = each(await cpuSeconds(backends), before.database);
      results[side].push({ ...result, nodeMicros, databaseMicros });
      const { perSecond, p50, p99, refused } = result;
      console.log(
        `  ${side.padEnd(8)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  cpu ${nodeMicros.toFixed(0)} + ${databaseMicros.toFixed(0)} us each  refused ${refused}`,
      );
    }
  }
  const listed = (ratios: number[]) => `${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`;
  for (const other of ['bare', 'prepared'] as const) {
    const pairs = (pick: (r: Measured) => number) =>
      listed(results.service.map((r, i) => pick(r) / pick(results[other][i] as Measured)));
    console.log(
      `  service/${other}, medians of pairs: deliveries per second ${pairs((r) => r.perSecond)}; CPU of each, with the database's ${pairs((r) => r.nodeMicros + r.databaseMicros)}`,
    );
  }
  const p99s = order.map((side) => `${side} ${median(results[side].map(({ p99 }) => p99)).toFixed(1)}`);
  console.log(`  p99, medians, ms: ${p99s.join(', ')}`);
}

/** Where deliveries of so many accounts go: the default one, and others that are made now. */
async function pathsOf(url: string, count: number): Promise<string[]> {
  const secrets = ['bench-secret-0123456789'];
  const { db, close } = openDatabase({ url, name: 'bench', max: 1 });
  try {
    while (secrets.length < count) {
      const settings = { timeZone: 'Asia/Kolkata', region: 'IN', outgoingAgentLeg: 'LEG_A' } as const;
      const made = await createAccount(db, { ...settings, name: `Bench ${count} ${secrets.length}` });
      if (!made) throw new Error('the name of an account is taken');
      secrets.push(made.secret);
    }
  } finally {
    await close();
  }
  await sleep(4000); // until the service has read them
  return secrets.map((secret) => `/webhooks/callerdesk/${secret}`);
}

async function fill(url: string, count: number) {
  await run(
    url,
    `insert into calls (account_id, call_sid, direction, status, disposition, outcome, customer_number, agent_number,
      agent_name, source_number, destination_number, dialed_number, started_at, ended_at, duration_seconds, talk_seconds,
      provider_status, provider_direction, created_at, updated_at)
    select 1, (1700000000 + i)::text || '.' || i, 'INBOUND', 'COMPLETED', 'ANSWERED', 'ANSWERED',
      '+9198' || lpad((i::bigint * 7919 % 2000000)::text, 8, '0'), '+9192' || lpad((i % 300)::text, 8, '0'), 'Agent ' || i % 300,
      '+9198' || lpad((i::bigint * 7919 % 2000000)::text, 8, '0'), '+91806286' || lpad((i % 30)::text, 4, '0'), '+9192' || lpad((i % 300)::text, 8, '0'),
      to_timestamp(1700000000 + i * 30), to_timestamp(1700000000 + i * 30 + 60), 60, 40, 'ANSWER', 'IVR',
      to_timestamp(1700000000 + i * 30), to_timestamp(1700000000 + i * 30)
    from generate_series(1, ${count}) as i`,
  );
  await run(url, 'vacuum analyze calls');
}

async function run(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** The first packing of all calls is work that a service does once, not with deliveries. */
async function packed(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let i = 0; i < 1200; i++) {
      const { rows } = await client.query('select from call_chunk_marks where packed_through is not null');
      if (rows.length > 0) return;
      await sleep(100);
    }
    throw new Error('the calls that were there are not packed');
  } finally {
    await client.end();
  }
}
