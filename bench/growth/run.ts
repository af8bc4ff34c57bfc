import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { randomFrom } from '../../src/generator/random.ts';
import type { IdCodec } from '../../src/query/global-id.ts';
import { deliveries } from '../ingest/deliveries.ts';
import { ask } from '../metrics/ask.ts';
import { questions } from '../metrics/questions.ts';
import { zone } from '../metrics/spans.ts';
import { drawWanted, pageQuery, pageVariables } from '../pages/page-of-calls.ts';
import { type Child, startService } from '../support/children.ts';
import { backendsOf, cpuSeconds } from '../support/cpu-time.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { jsonPost, median, runLoad } from '../support/load.ts';
import { idsOf, withIds } from '../support/plain-ids.ts';
import { addAccount, removeAccount } from './bench-account.ts';
import { drawPlot } from './draw-plot.ts';
import { bytesPerCall, spanOfCalls } from './sizes.ts';

const usage = `npm run bench:growth -- [--calls 100000,1000000,10000000] [--svg docs/growth.svg]

What a question about always the same number of calls, a page, a delivery and a call's place on disk cost, by how many
calls are in the table. On databases that npm run bench:data has filled, all at once and in turn. The deliveries go to an
account of their own, which is removed again.

  --asked    So many calls are in the range of each question, the newest ones. Default: 50000.
  --rounds   Default: 5.
  --seconds  Of each load. Default: 5.
  --svg      Where the plot is written. Default: nowhere.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000,1000000,10000000' },
    asked: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    svg: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** A database of so many calls, the service on it, and what was measured. */
type Size = {
  ids: IdCodec;
  calls: number;
  url: string;
  service: Child;
  span: { from: string; to: string };
  perCall: { rows: number; indexes: number; chunks: number };
  /** Milliseconds, by question. */
  questions: Map<string, number[]>;
  /** CPU time of the service and its database, in microseconds each. */
  pages: number[];
  deliveries: number[];
};

// Of a range of so many calls, series by hour or day would have more points the fewer calls there are in a year.
const asked = questions.filter(({ fields }) => !fields.includes('timeSeries'));
const stops: (() => Promise<void>)[] = [];

if (values.help) process.stdout.write(usage);
else {
  try {
    await main();
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function main() {
  const sizes: Size[] = [];
  for (const [i, calls] of values.calls.split(',').map(Number).entries()) sizes.push(await open(calls, 4851 + i));
  const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => round);
  for (const size of sizes) await askAll(size); // warms up
  for (const _ of rounds) for (const size of sizes) note(size, await askAll(size));
  for (const round of rounds) for (const size of sizes) size.pages.push(await loadPages(size, round));
  for (const size of sizes) await loadDeliveries(size, rounds.length);
  console.log(table(sizes));
  if (values.svg) await writeFile(values.svg, drawPlot(panelsOf(sizes)));
}

async function open(calls: number, port: number): Promise<Size> {
  const data = await openDataFolder(dataFolderOf(calls));
  stops.push(data.stop);
  const service = await startService(data.url, port, { METRICS_CACHE_MB: '1000' });
  stops.push(service.stop);
  await packed(data.url);
  return {
    calls,
    url: data.url,
    ids: await idsOf(data.url),
    service,
    span: await spanOfCalls(data.url, Number(values.asked)),
    perCall: await bytesPerCall(data.url),
    questions: new Map(),
    pages: [],
    deliveries: [],
  };
}

async function packed(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (;;) {
    const { rows } = await client.query('select from call_chunk_marks where packed_through is not null');
    if (rows.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await client.end();
}

async function askAll({ service, span, ids }: Size): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { name, fields, filter, timeZone = zone } of asked) {
    const query = `query Asked($range: TimeRangeInput!, $filter: CallFilter, $timeZone: TimeZone) {
      callMetrics(range: $range, filter: $filter, timeZone: $timeZone) { ${fields} }
    }`;
    const variables = withIds({ range: { between: span }, filter, timeZone }, ids);
    const answer = await ask(service.port, { query, variables });
    if (answer.error) throw new Error(`${name}: ${answer.error}`);
    times.set(name, answer.ms);
  }
  return times;
}

function note(size: Size, times: ReadonlyMap<string, number>) {
  for (const [name, ms] of times) size.questions.set(name, [...(size.questions.get(name) ?? []), ms]);
}

function loadPages(size: Size, round: number): Promise<number> {
  const random = randomFrom(round + 1);
  return cpuOfEach(size, 32, () =>
    jsonPost('/graphql', { query: pageQuery, variables: pageVariables(drawWanted(random), size.ids) }),
  );
}

async function loadDeliveries(size: Size, rounds: number) {
  const account = await addAccount(size.url);
  try {
    const { report } = deliveries(1);
    const next = () => jsonPost(`/webhooks/callerdesk/${account.secret}`, report());
    await cpuOfEach(size, 64, next);
    for (let round = 0; round < rounds; round++) size.deliveries.push(await cpuOfEach(size, 64, next));
  } finally {
    await removeAccount(size.url, account.id);
  }
}

async function cpuOfEach({ service, url }: Size, connections: number, nextRequest: () => Buffer): Promise<number> {
  const pids = [service.pid, ...(await backendsOf(url))];
  const before = await cpuSeconds(pids);
  const load = { port: service.port, connections, seconds: Number(values.seconds), nextRequest };
  const { answered, refused } = await runLoad(load);
  if (refused > 0) throw new Error(`${refused} of ${answered} requests were refused`);
  return ((await cpuSeconds(pids)) - before) * (1e6 / answered);
}

function table(sizes: readonly Size[]): string {
  const row = (name: string, of: (size: Size) => number, digits = 0) =>
    `| ${name} | ${sizes.map((size) => of(size).toFixed(digits)).join(' | ')} |`;
  const counts = sizes.map(({ calls }) => calls.toLocaleString('en'));
  return [
    `| calls in the table | ${counts.join(' | ')} |`,
    `|---|${sizes.map(() => '---').join('|')}|`,
    ...asked.map(({ name }) => row(`${name}, ms`, ({ questions }) => median(questions.get(name) ?? []), 1)),
    row('a page of 50, us of CPU', ({ pages }) => median(pages)),
    row('a delivery, us of CPU', ({ deliveries: cost }) => median(cost)),
    row('a call on disk: row, bytes', ({ perCall }) => perCall.rows),
    row('its indexes, bytes', ({ perCall }) => perCall.indexes),
    row('packed, bytes', ({ perCall }) => perCall.chunks),
  ].join('\n');
}

function panelsOf(sizes: readonly Size[]) {
  const line = (name: string, of: (size: Size) => number) => ({
    name,
    points: sizes.map((size) => ({ x: size.calls, y: of(size) })),
  });
  return [
    {
      title: `A question about ${Number(values.asked).toLocaleString('en')} calls, ms`,
      lines: asked.map(({ name }) => line(name, ({ questions }) => median(questions.get(name) ?? []))),
    },
    {
      title: 'CPU of a page and of a delivery, µs',
      lines: [
        line('a page of 50 calls', ({ pages }) => median(pages)),
        line('a delivery', (size) => median(size.deliveries)),
      ],
    },
    {
      title: 'A call on disk, bytes',
      lines: [
        line('row', ({ perCall }) => perCall.rows),
        line('indexes', ({ perCall }) => perCall.indexes),
        line('packed', ({ perCall }) => perCall.chunks),
      ],
    },
  ];
}
