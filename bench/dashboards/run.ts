import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Random, randomFrom } from '../../src/generator/random.ts';
import { ask } from '../metrics/ask.ts';
import { type Child, startService } from '../support/children.ts';
import { backendsOf, cpuSeconds } from '../support/cpu-time.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { jsonPost } from '../support/load.ts';
import { sendAtPace } from '../support/pace.ts';
import { idsOf, withIds } from '../support/plain-ids.ts';
import { deliveriesOfNow } from './deliveries-of-now.ts';
import { type View, views } from './views.ts';

const usage = `npm run bench:dashboards -- [--url URL | --data FOLDER | --calls 1000000]

Dashboards that refresh a dozen questions every few seconds, beside deliveries. It writes into the database: give it one of
its own, which npm run bench:data -- --calls 1000000 fills.

  --dashboards  Default: 64. They show ${views.length} different views.
  --rate        Deliveries per second. Default: 1000.
  --seconds     Default: 120.
  --warm        Seconds of the same before them: V8 takes its time to compile what runs. Default: 20.
  --every       Seconds from one refresh to the next, of each dashboard another: from, to. Default: 5,10.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    data: { type: 'string' },
    url: { type: 'string' },
    dashboards: { type: 'string', default: '64' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '120' },
    warm: { type: 'string', default: '20' },
    every: { type: 'string', default: '5,10' },
    help: { type: 'boolean', default: false },
  },
});

const secret = 'bench-secret-0123456789';
const goals = { refresh: 500, ingest: 200 };

if (values.help) process.stdout.write(usage);
else {
  const data = values.url
    ? { url: values.url, stop: async () => {} }
    : await openDataFolder(values.data ?? dataFolderOf(Number(values.calls)));
  let service: Child | undefined;
  try {
    service = await startService(data.url, 4831, { METRICS_CACHE_MB: '1000', BUDGET_PER_MINUTE: '' });
    await main(data.url, service);
  } finally {
    await service?.stop();
    await data.stop();
  }
}

async function main(url: string, { port, pid }: Child) {
  const seconds = Number(values.seconds);
  await untilPacked(port);
  const shown = withIds(views, await idsOf(url));
  for (const { questions } of shown) {
    for (const question of questions) await ask(port, question);
  }
  const random = randomFrom(1);
  const next = deliveriesOfNow(random, Date.now() % 1_000_000);
  await showAll(port, shown, next, random, Number(values.warm));
  console.log('warm');
  const processes = { service: [pid], database: await backendsOf(url) };
  const before = { service: await cpuSeconds(processes.service), database: await cpuSeconds(processes.database) };
  const { refreshes, ingest } = await showAll(port, shown, next, random, seconds);
  const used = { service: await cpuSeconds(processes.service), database: await cpuSeconds(processes.database) };

  const errors = refreshes.flatMap((one) => one.errors);
  const widgets = refreshes.flatMap(({ times }) => times);
  const whole = refreshes.map(({ ms }) => ms);
  const say = (name: string, times: readonly number[]) =>
    console.log(
      `${name.padEnd(28)}${[0.5, 0.95, 0.99, 1].map((share) => `p${share * 100} ${at(times, share).toFixed(0)} ms`).join('  ')}`,
    );
  console.log(
    `${values.dashboards} dashboards, ${seconds} s: ${refreshes.length} refreshes, ${widgets.length} questions`,
  );
  say('a question', widgets);
  say('a whole refresh', whole);
  say('a delivery', ingest.latencies);
  console.log(
    `deliveries: ${(ingest.answered / seconds).toFixed(0)} per second, ${ingest.refused} refused, ${ingest.unanswered} unanswered`,
  );
  console.log(
    `processor: service ${((used.service - before.service) / seconds).toFixed(2)}, database at least ${((used.database - before.database) / seconds).toFixed(2)} of a core`,
  );
  for (const error of new Set(errors)) console.log(`  ${errors.filter((one) => one === error).length} x ${error}`);
  const check = (what: string, isMet: boolean) => console.log(`${what}: ${isMet ? 'met' : 'MISSED'}`);
  check('no error', errors.length + ingest.refused + ingest.unanswered === 0);
  check(`deliveries' p99 below ${goals.ingest} ms`, at(ingest.latencies, 0.99) < goals.ingest);
  check(`questions' p95 below ${goals.refresh} ms`, at(widgets, 0.95) < goals.refresh);
  check(`whole refreshes' p95 below ${goals.refresh} ms`, at(whole, 0.95) < goals.refresh);
}

/** All dashboards beside deliveries, for so many seconds. */
async function showAll(
  port: number,
  shown: readonly View[],
  next: ReturnType<typeof deliveriesOfNow>,
  random: Random,
  seconds: number,
) {
  const path = `/webhooks/callerdesk/${secret}`;
  const end = performance.now() + seconds * 1000;
  const sending = sendAtPace({
    port,
    seconds,
    connections: 256,
    perSecond: Number(values.rate),
    nextRequest: () => jsonPost(path, next(Date.now())),
  });
  const [from = 5, to = 10] = values.every.split(',').map(Number);
  const refreshing = Array.from({ length: Number(values.dashboards) }, (_, i) =>
    showDashboard(port, shown[i % shown.length] as View, i, from + (to - from) * random.next(), end),
  );
  return { refreshes: (await Promise.all(refreshing)).flat(), ingest: await sending };
}

/** Waits until figures come from packed calls, which a database that was just filled does not have yet. */
async function untilPacked(port: number): Promise<void> {
  const query = '{ callMetrics(range: { last: "P1D" }) { totals { callCount } } }';
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { extensions } = (await response.json()) as { extensions?: { plan: { source: string }[] } };
    if (extensions?.plan.every(({ source }) => source === 'packed calls')) return;
    await sleep(500);
  }
}

type Refresh = { ms: number; times: number[]; errors: string[] };

async function showDashboard(
  port: number,
  { questions }: View,
  number: number,
  everySeconds: number,
  end: number,
): Promise<Refresh[]> {
  const refreshes: Refresh[] = [];
  await sleep((number / Number(values.dashboards)) * everySeconds * 1000);
  while (performance.now() < end) {
    const began = performance.now();
    const answers = await Promise.all(questions.map((question) => ask(port, question)));
    const ms = performance.now() - began;
    refreshes.push({ ms, times: answers.map((one) => one.ms), errors: answers.flatMap(({ error }) => error ?? []) });
    await sleep(Math.max(0, everySeconds * 1000 - ms));
  }
  return refreshes;
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
