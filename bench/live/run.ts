import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { startService } from '../support/children.ts';
import { cpuSeconds } from '../support/cpu-time.ts';
import { median } from '../support/load.ts';
import { sendAtPace } from '../support/pace.ts';
import type { ClientsInput, ClientsSay } from './clients.ts';

// How long it takes from when a delivery is sent until whoever watches its call is told, beside what deliveries take while the
// same clients watch calls that there are not. Sides in turn, clients in processes of their own.
const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    'per-second': { type: 'string', default: '200' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '3' },
  },
});

const port = 4851;
const agents = 200;
const processes = 2;
const path = '/webhooks/callerdesk/bench-secret-0123456789';
const numberOf = (agent: number) => `92${String(agent).padStart(8, '0')}`;
const subscribers = Number(values.subscribers);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

const dataDir = await mkdtemp(join(tmpdir(), 'bench-live-'));
const server = await startEmbeddedServer({ dataDir, log: { info: () => {}, warn: () => {} } });
try {
  const settings = {
    LIVE_SUBSCRIPTIONS_PER_KEY: String(2 * subscribers),
    LIVE_SUBSCRIPTIONS: String(2 * subscribers),
    LIVE_CONNECTIONS: String(2 * subscribers),
  };
  const service = await startService(server.url, port, settings);
  try {
    await main(service.pid);
  } finally {
    await service.stop();
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

type Side = 'matching' | 'fitting nothing';
type Round = { deliveriesP99: number; told: number; latencies: number[]; cpuMicros: number };

async function main(pid: number) {
  for (let agent = 0; agent < agents; agent++) await send(report(`seed-${agent}`, agent));
  const ids = await agentIds();
  const variants = [
    {},
    { direction: { eq: 'INBOUND' } },
    { status: { ne: 'UNREPORTED' } },
    { hasRecording: false },
    { durationSeconds: { gte: 0 } },
  ];
  // Each another one: of each agent as many as there are variants, and more.
  const filters: Record<Side, object[]> = {
    matching: Array.from({ length: subscribers }, (_, i) => ({
      agentId: { eq: ids[i % ids.length] },
      ...variants[Math.floor(i / ids.length) % variants.length],
      startedAt: { gte: `2020-01-01T00:00:${String(i % 60).padStart(2, '0')}Z` },
    })),
    'fitting nothing': Array.from({ length: subscribers }, (_, i) => ({
      agentId: { eq: ids[i % ids.length] },
      callSid: { eq: `none-${i}` },
    })),
  };
  const results: Record<Side, Round[]> = { matching: [], 'fitting nothing': [] };
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const side of ['fitting nothing', 'matching'] as const) {
      const one = await measure(pid, filters[side]);
      if (round === 0) continue; // warms up
      results[side].push(one);
      const { latencies, told, deliveriesP99, cpuMicros } = one;
      console.log(
        `  ${side.padEnd(16)} deliveries p99 ${deliveriesP99.toFixed(1)} ms  told ${told}: p50 ${percentile(latencies, 50).toFixed(1)} ms, p99 ${percentile(latencies, 99).toFixed(1)} ms  CPU of the service ${cpuMicros.toFixed(0)} us a delivery`,
      );
    }
  }
  const of = (side: Side, read: (one: Round) => number) => median(results[side].map(read));
  const p50 = of('matching', ({ latencies }) => percentile(latencies, 50));
  const p99 = of('matching', ({ latencies }) => percentile(latencies, 99));
  const pairs = results.matching.map(
    (one, i) => one.deliveriesP99 / (results['fitting nothing'][i]?.deliveriesP99 ?? Number.NaN),
  );
  const events = of('matching', ({ told, latencies }) => told / Math.max(1, latencies.length / told));
  const more = of('matching', ({ cpuMicros }) => cpuMicros) - of('fitting nothing', ({ cpuMicros }) => cpuMicros);
  const perDelivery = of('matching', ({ told }) => told) / (Number(values['per-second']) * Number(values.seconds));
  console.log(
    `from sending a delivery to the subscriber: ${p50.toFixed(1)} ms in the median, ${p99.toFixed(1)} ms at p99 (wanted: 100 and 300), of about ${Math.round(events)} events`,
  );
  console.log(
    `p99 of deliveries, matching/fitting nothing: ${median(pairs).toFixed(2)} (${pairs.map((one) => one.toFixed(2)).join(', ')}); wanted: at most 1.3`,
  );
  console.log(`CPU of the service for each event told: ${(more / perDelivery).toFixed(0)} us`);
}

async function measure(pid: number, filters: object[]): Promise<Round> {
  const share = Math.ceil(filters.length / processes);
  const clients = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      startClients({ port, filters: filters.slice(i * share, (i + 1) * share) }),
    ),
  );
  const sentAt = new Map<string, number>();
  let n = 0;
  const run = Math.random().toString(36).slice(2, 8);
  const nextRequest = () => {
    n += 1;
    // Every second one is the report of the call that rang before.
    const isReport = n % 2 === 0;
    const sid = `${run}-${isReport ? n - 1 : n}`;
    const agent = (isReport ? n - 1 : n) % agents;
    sentAt.set(`${sid} ${isReport}`, nowMs());
    return asRequest(isReport ? report(sid, agent) : ringing(sid, agent));
  };
  const before = await cpuSeconds([pid]);
  const paced = await sendAtPace({
    port,
    connections: 16,
    perSecond: Number(values['per-second']),
    seconds: Number(values.seconds),
    nextRequest,
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const cpu = (await cpuSeconds([pid])) - before;
  const came = (await Promise.all(clients.map(ask))).flat();
  for (const child of clients) child.disconnect();
  await Promise.all(clients.map((child) => once(child, 'exit')));
  if (paced.refused > 0 || paced.unanswered > 0)
    throw new Error(`${paced.refused} refused, ${paced.unanswered} not answered`);
  const latencies = came.flatMap(([sid, status, at]) => {
    const sent = sentAt.get(`${sid} ${status === 'COMPLETED'}`);
    return sent === undefined ? [] : [at - sent];
  });
  return { deliveriesP99: percentile(paced.latencies, 99), told: came.length, latencies, cpuMicros: (cpu * 1e6) / n };
}

async function startClients(input: ClientsInput): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...process.execArgv, 'bench/live/clients.ts', JSON.stringify(input)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  process.once('exit', () => child.kill());
  await once(child, 'message');
  return child;
}

async function ask(child: ChildProcess): Promise<[string, string, number][]> {
  const answered = once(child, 'message') as Promise<[ClientsSay]>;
  child.send('tell');
  const [said] = await answered;
  return said === 'subscribed' ? [] : said.came;
}

async function agentIds(): Promise<string[]> {
  const query = `query ($after: String) { agents(first: 500, after: $after) { nodes { id } } }`;
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { agents: { nodes: { id: string }[] } } };
  return data.agents.nodes.map(({ id }) => id);
}

function clock(ms: number): string {
  return new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function ringing(callSid: string, agent: number) {
  return {
    type: 'live_call',
    CallSid: callSid,
    Direction: 'IVR',
    SourceNumber: '9812345678',
    DestinationNumber: '08062861230',
    DialWhomNumber: numberOf(agent),
    receiver_name: `Agent ${agent}`,
    Status: 'Transfer to agent',
    StartTime: clock(Date.now()),
  };
}

function report(callSid: string, agent: number) {
  const now = Date.now();
  return {
    ...ringing(callSid, agent),
    type: 'call_report',
    Status: 'ANSWER',
    StartTime: clock(now - 60_000),
    EndTime: clock(now),
    CallDuration: '60',
    TalkDuration: '40',
  };
}

async function send(payload: object) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  if (!response.ok) throw new Error(`a delivery was answered ${response.status}`);
}

function asRequest(payload: object): Buffer {
  const body = JSON.stringify(payload);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN;
}
