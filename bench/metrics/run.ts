import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { IdCodec } from '../../src/query/global-id.ts';
import { makeBoundKey } from '../support/bound-key.ts';
import { type Child, startService } from '../support/children.ts';
import { cpuSeconds } from '../support/cpu-time.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { askDuckdb, type DuckdbAnswer, hasDuckdb, loadDuckdb, startDuckdb } from '../support/duckdb.ts';
import { median } from '../support/load.ts';
import { idsOf, withIds, withPlainIds } from '../support/plain-ids.ts';
import { startPostgraphile } from '../support/postgraphile.ts';
import { type Answer, ask } from './ask.ts';
import { differenceOf } from './compare-answers.ts';
import { ofAllColumns, type Question, questions } from './questions.ts';
import { differenceFromDuckdb, duckdbStatements } from './questions-to-duckdb.ts';
import { theirVariables } from './questions-to-postgraphile.ts';
import { heading, lineOf, type Measured, ofKey, type SideName, summary } from './report.ts';
import { againstDuckdb, type ColdMeasured, coldHeading, coldLine, coldSummary } from './report-duckdb.ts';
import { findSpans, type Span, type SpanName, zone } from './spans.ts';

const usage = `npm run bench:metrics -- [--url URL | --data FOLDER | --calls 10000000]

Asks a fixed set of questions over HTTP, one at a time, on a database that npm run bench:data has filled: of packed calls,
of the calls themselves (METRICS_SOURCE=calls), of PostGraphile and of DuckDB, in turn, and compares the answers. DuckDB is
timed inside its process; of ours, what { __typename } takes is not counted against it.

  --sides         planner,key,calls,postgraphile,duckdb; key: packed calls, with a key of one account that sees no numbers
  --cold          Instead: packed calls and DuckDB, each in a process that was started for the question, and was asked one other.
  --duckdb        DuckDB's file. Default: beside the data folder. It is made where it does not hold these calls.
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
    sides: { type: 'string', default: 'planner,key,calls,postgraphile,duckdb' },
    cold: { type: 'boolean', default: false },
    duckdb: { type: 'string' },
    spans: { type: 'string', default: 'day,month,year' },
    only: { type: 'string', default: '' },
    repeats: { type: 'string', default: '7' },
    'slow-repeats': { type: 'string', default: '1' },
    cache: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
});

const memory = { METRICS_CACHE_MB: values.cache };
const duckdbFile = () => values.duckdb ?? `${values.data ?? dataFolderOf(Number(values.calls))}.duckdb`;

/** How long each question took the first and the second time that it was asked; columns were in memory. */
const firstTimes = new Map<string, [number, number]>();
const nameOf = ({ name }: Question, span: SpanName) => `${name}, ${span}`;

/** They take seconds for a question: asked as often as --slow-repeats says. */
const slowSides: ReadonlySet<SideName> = new Set(['calls', 'postgraphile']);
/** Of one account, without numbers. */
let apiKey: string | undefined;
const servers: Partial<Record<SideName, Child>> = {};
/** Those of the database. */
let ids: IdCodec;

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
  const spans = await findSpans(url);
  for (const [name, { from, to }] of Object.entries(spans)) console.log(`${name}: ${from} to ${to}`);
  if (values.cold) return measureCold(url, spans);
  await startSides(url);
  ids = await idsOf(url);
  const hello = { query: '{ __typename }' };
  const port = servers.planner?.port ?? 0;
  for (let i = 0; i < 50; i++) await ask(port, hello);
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
  const trivialMs: number[] = [];
  for (const [question, span] of askedQuestions()) {
    const one = await measure(question, span, spans[span], differences);
    measured.push(one);
    console.log(lineOf(one));
    trivialMs.push((await ask(port, hello)).ms);
  }
  console.log(`\n${summary(measured).join('\n')}`);
  if (apiKey) console.log(ofKey(measured));
  console.log(againstDuckdb(measured, median(trivialMs)).join('\n'));
  console.log(differences.length === 0 ? 'All answers that were compared are equal.' : differences.join('\n'));
  if (differences.length > 0) process.exitCode = 1;
}

/** The questions that are asked, each over each of its spans. */
function* askedQuestions(): Generator<[Question, SpanName]> {
  for (const question of questions.filter(({ name }) => name.includes(values.only))) {
    for (const span of question.spans.filter((name) => values.spans.split(',').includes(name))) yield [question, span];
  }
}

/** Both sides answer a question first, the same one; then the time of another counts. Files are in the page cache. */
async function measureCold(url: string, spans: Record<SpanName, Span>) {
  await loadDuckdb(url, duckdbFile());
  const before = questions.find(({ name }) => name === 'unique customers') as Question;
  const other = questions.find(({ name }) => name === 'by agent') as Question;
  const measured: ColdMeasured[] = [];
  console.log(`\n${coldHeading()}`);
  for (const [question, span] of askedQuestions()) {
    const first = question === before ? other : before;
    servers.planner = await startService(url, 4821, memory);
    ids = await idsOf(url);
    const duckdb = await startDuckdb(duckdbFile());
    servers.duckdb = duckdb;
    try {
      await askUs('planner', first, spans.day);
      const ours = await askUs('planner', question, spans[span]);
      if (ours.error) throw new Error(`${question.name}, ${span}: ${ours.error}`);
      await askDuckdb(duckdbStatements(first, spans.day));
      const theirs = await askDuckdb(duckdbStatements(question, spans[span]));
      const one = { name: question.name, span, ms: ours.ms, duckdbMs: theirs.ms };
      measured.push(one);
      console.log(coldLine(one));
    } finally {
      await Promise.all([servers.planner.stop(), duckdb.stop()]);
    }
  }
  console.log(`\n${coldSummary(measured).join('\n')}`);
}

async function startSides(url: string) {
  const wanted = values.sides.split(',');
  servers.planner = await startService(url, 4821, memory);
  if (wanted.includes('key')) apiKey = await makeBoundKey(url);
  if (wanted.includes('calls')) servers.calls = await startService(url, 4822, { METRICS_SOURCE: 'calls' });
  if (wanted.includes('duckdb')) {
    if (hasDuckdb()) {
      await loadDuckdb(url, duckdbFile());
      servers.duckdb = await startDuckdb(duckdbFile());
    } else console.log('Without DuckDB: npm ci --prefix bench/duckdb installs it.');
  }
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
  if (apiKey) sides.key = () => askUs('planner', question, span, apiKey);
  if (servers.calls) sides.calls = () => askUs('calls', question, span);
  const { theirs } = question;
  if (servers.postgraphile && theirs) {
    const body = { query: theirs.query, variables: theirVariables(theirs, span) };
    sides.postgraphile = () => ask(servers.postgraphile?.port ?? 0, body);
  }
  if (servers.duckdb) {
    const statements = duckdbStatements(question, span);
    sides.duckdb = () => answerOfDuckdb(statements);
    sides.duckdbOneCore = () => answerOfDuckdb(statements, 1);
    await sides.duckdb();
  }
  const warm = await askUs('planner', question, span);
  const answers: Partial<Record<SideName, Answer[]>> = {};
  const pid = servers.planner?.pid ?? 0;
  const before = await cpuSeconds([pid]);
  for (let round = 0; round < Number(values.repeats); round++) {
    for (const [side, askIt] of Object.entries(sides) as [SideName, () => Promise<Answer>][]) {
      if (slowSides.has(side) && round >= Number(values['slow-repeats'])) continue;
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
    const found = differenceOfSide(side, question, warm, own[0]?.data);
    if (found) differences.push(`${question.name}, ${name}: ${side} differs at ${found}`);
  }
  const [firstMs = Number.NaN, secondMs = Number.NaN] = firstTimes.get(nameOf(question, name)) ?? [];
  return { question, span: name, times, cpuMs, firstMs, secondMs };
}

/** Where a side's answer differs from that of packed calls first. */
function differenceOfSide(side: SideName, question: Question, { data }: Answer, theirData: unknown): string | null {
  const report = reportOf({ data });
  switch (side) {
    case 'postgraphile':
      return differenceOf(question.theirs?.ourFigures(report), question.theirs?.theirFigures(theirData));
    case 'duckdb':
    case 'duckdbOneCore':
      return differenceFromDuckdb(question, theirData as DuckdbAnswer['rows'], report);
    default:
      return differenceOf(data, theirData);
  }
}

async function answerOfDuckdb(statements: string[], threads?: number): Promise<Answer> {
  const { ms, rows } = await askDuckdb(statements, threads);
  return { ms, bytes: 0, data: rows, error: null };
}

function reportOf({ data }: Pick<Answer, 'data'>): unknown {
  return withPlainIds((data as { callMetrics: unknown }).callMetrics, ids);
}

function askUs(side: 'planner' | 'calls', { fields, filter, timeZone = zone }: Question, span: Span, apiKey?: string) {
  const query = `query Asked($range: TimeRangeInput!, $filter: CallFilter, $timeZone: TimeZone) {
    callMetrics(range: $range, filter: $filter, timeZone: $timeZone) { ${fields} }
  }`;
  const variables = withIds({ range: { between: span }, filter, timeZone }, ids);
  return ask(servers[side]?.port ?? 0, { query, variables }, apiKey);
}
