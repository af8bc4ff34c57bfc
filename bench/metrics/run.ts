import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Child, startService } from '../support/children.ts';
import { cpuSeconds } from '../support/cpu-time.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { startPostgraphile } from '../support/postgraphile.ts';
import { type Answer, ask } from './ask.ts';
import { differenceOf } from './compare-answers.ts';
import { ofAllColumns, type Question, questions } from './questions.ts';
import { theirVariables } from './questions-to-postgraphile.ts';
import { heading, lineOf, type Measured, type SideName, summary } from './report.ts';
import { findSpans, type Span, type SpanName, zone } from './spans.ts';

const usage = `npm run bench:metrics -- [--url URL | --data FOLDER | --calls 10000000]

Asks a fixed set of questions over HTTP, one at a time, on a database that npm run bench:data has filled: of packed calls,
of the calls themselves (METRICS_SOURCE=calls) and of PostGraphile, in turn, and compares the answers.

  --sides         planner,calls,postgraphile
  --spans         day,month,year
  --only          Part of the names of the questions to ask.
  --cache         METRICS_CACHE_MB of the service. Default: 2000.
  --repeats       So often each is asked, after three times to warm up. Default: 7.
  --slow-repeats  So often the sides that take seconds. Default: 1.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    data: { type: 'string' },
    url: { type: 'string' },
    sides: { type: 'string', default: 'planner,calls,postgraphile' },
    spans: { type: 'string', default: 'day,month,year' },
    only: { type: 'string', default: '' },
    repeats: { type: 'string', default: '7' },
    'slow-repeats': { type: 'string', default: '1' },
    cache: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
});

/** How long each question took the first and the second time that it was asked; columns were in memory. */
const firstTimes = new Map<string, [number, number]>();
const nameOf = ({ name }: Question, span: SpanName) => `${name}, ${span}`;

const servers: Partial<Record<SideName, Child>> = {};

if (values.help) process.stdout.write(usage);
else {
  const data = values.url
    ? { url: values.url, stop: async () => {} }
    : await openDataFolder(values.data ?? dataFolderOf(Number(values.calls)));
  try {
    await main(data.url);
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    await data.stop();
  }
}

async function main(url: string) {
  await startSides(url);
  const spans = await findSpans(url);
  for (const [name, { from, to }] of Object.entries(spans)) console.log(`${name}: ${from} to ${to}`);
  const loading = await askUs('planner', ofAllColumns, spans.year);
  if (loading.error) throw new Error(loading.error);
  for (const question of questions) {
    for (const span of question.spans) {
      const first = await askUs('planner', question, spans[span]);
      const second = await askUs('planner', question, spans[span]);
      firstTimes.set(nameOf(question, span), [first.ms, second.ms]);
    }
  }
  console.log(`\n${heading()}`);
  const measured: Measured[] = [];
  const differences: string[] = [];
  for (const question of questions.filter(({ name }) => name.includes(values.only))) {
    for (const span of question.spans.filter((name) => values.spans.split(',').includes(name))) {
      const one = await measure(question, span, spans[span], differences);
      measured.push(one);
      console.log(lineOf(one));
    }
  }
  console.log(`\n${summary(measured).join('\n')}`);
  console.log(differences.length === 0 ? 'All answers that were compared are equal.' : differences.join('\n'));
  if (differences.length > 0) process.exitCode = 1;
}

async function startSides(url: string) {
  const wanted = values.sides.split(',');
  const memory = { METRICS_CACHE_MB: values.cache };
  servers.planner = await startService(url, 4821, memory);
  if (wanted.includes('calls')) servers.calls = await startService(url, 4822, { METRICS_SOURCE: 'calls' });
  if (!wanted.includes('postgraphile')) return;
  if (existsSync('bench/postgraphile/node_modules'))
    servers.postgraphile = await startPostgraphile(theirUrl(url), 4823);
  else console.log('Without PostGraphile: npm ci --prefix bench/postgraphile installs it.');
}

/** It cuts days where the session's zone does, and would run for ever. */
function theirUrl(url: string): string {
  const theirs = new URL(url);
  theirs.searchParams.set('options', '-c timezone=Asia/Kolkata -c statement_timeout=60000');
  return theirs.href;
}

async function measure(question: Question, name: SpanName, span: Span, differences: string[]): Promise<Measured> {
  const sides: Partial<Record<SideName, () => Promise<Answer>>> = { planner: () => askUs('planner', question, span) };
  if (servers.calls) sides.calls = () => askUs('calls', question, span);
  const { theirs } = question;
  if (servers.postgraphile && theirs) {
    const body = { query: theirs.query, variables: theirVariables(theirs, span) };
    sides.postgraphile = () => ask(servers.postgraphile?.port ?? 0, body);
  }
  const warm = await askUs('planner', question, span);
  const answers: Partial<Record<SideName, Answer[]>> = {};
  const pid = servers.planner?.pid ?? 0;
  const before = await cpuSeconds([pid]);
  for (let round = 0; round < Number(values.repeats); round++) {
    for (const [side, askIt] of Object.entries(sides) as [SideName, () => Promise<Answer>][]) {
      if (side !== 'planner' && round >= Number(values['slow-repeats'])) continue;
      answers[side] = [...(answers[side] ?? []), await askIt()];
    }
  }
  const cpuMs = (((await cpuSeconds([pid])) - before) * 1000) / Number(values.repeats);
  const times: Measured['times'] = {};
  for (const [side, own = []] of Object.entries(answers) as [SideName, Answer[]][]) {
    const error = own.find((answer) => answer.error)?.error;
    times[side] = error ? null : own.map(({ ms }) => ms);
    if (error && side === 'planner') throw new Error(`${question.name}, ${name}: ${error}`);
    if (error) continue;
    const found =
      side === 'postgraphile'
        ? differenceOf(theirs?.ourFigures(reportOf(warm)), theirs?.theirFigures(own[0]?.data))
        : differenceOf(warm.data, own[0]?.data);
    if (found) differences.push(`${question.name}, ${name}: ${side} differs at ${found}`);
  }
  const [firstMs = Number.NaN, secondMs = Number.NaN] = firstTimes.get(nameOf(question, name)) ?? [];
  return { question, span: name, times, cpuMs, firstMs, secondMs };
}

function reportOf({ data }: Answer): unknown {
  return (data as { callMetrics: unknown }).callMetrics;
}

function askUs(side: 'planner' | 'calls', { fields, filter, timeZone = zone }: Question, span: Span) {
  const query = `query Asked($range: TimeRangeInput!, $filter: CallFilter, $timeZone: TimeZone) {
    callMetrics(range: $range, filter: $filter, timeZone: $timeZone) { ${fields} }
  }`;
  return ask(servers[side]?.port ?? 0, { query, variables: { range: { between: span }, filter, timeZone } });
}
