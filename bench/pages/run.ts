import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Kind, parse } from 'graphql';
import { reader } from '../../src/access/viewer.ts';
import { listCalls } from '../../src/calls/list/list-calls.ts';
import { requestedOfCalls } from '../../src/calls/list/read-call-rows.ts';
import { randomFrom } from '../../src/generator/random.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import type { IdCodec } from '../../src/query/global-id.ts';
import type { ConnectionInfo } from '../../src/query/requested-fields.ts';
import { makeSeals } from '../../src/query/seals.ts';
import { ViewerDatabase } from '../../src/query/viewer-database.ts';
import { makeBoundKey } from '../support/bound-key.ts';
import { type Child, startChild, startService } from '../support/children.ts';
import { backendsOf, cpuSecondsOfEach, cpuUsedSince } from '../support/cpu-time.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { jsonPost, type LoadResult, median, runLoad } from '../support/load.ts';
import { idsOf } from '../support/plain-ids.ts';
import { postgraphilePage, startPostgraphile } from '../support/postgraphile.ts';
import { drawWanted, pageQuery, pageVariables, type Wanted } from './page-of-calls.ts';

// All sides in one run, in turn, on one database that npm run bench:data has filled.
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    data: { type: 'string' },
    url: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    // V8 takes its time to compile what a page runs through, on every side.
    'warm-up': { type: 'string', default: '12' },
    connections: { type: 'string', default: '32' },
    'without-postgraphile': { type: 'boolean', default: false },
  },
});

type Side = { server: Child; request: (wanted: Wanted) => Buffer };
/** CPU time of each page: of the server, and of the database's processes that serve it. */
type Measured = LoadResult & { serverMicros: number; databaseMicros: number };

const data = values.url
  ? { url: values.url, stop: async () => {} }
  : await openDataFolder(values.data ?? dataFolderOf(Number(values.calls)));
const servers: Child[] = [];
try {
  await main(data.url);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await data.stop();
}

async function main(url: string) {
  const sides = await startSides(url);
  for (const [name, { server, request }] of Object.entries(sides)) await checkAnswer(name, server.port, request);
  const results: Record<string, Measured[]> = {};
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [name, side] of Object.entries(sides)) {
      const measured = await measure(url, name, side, round);
      if (round === 0) continue; // warms up
      results[name] = [...(results[name] ?? []), measured];
      console.log(
        `  ${name.padEnd(12)} ${measured.perSecond.toFixed(0).padStart(5)} pages/s  p50 ${measured.p50.toFixed(1)} ms  p99 ${measured.p99.toFixed(1)} ms  CPU of each: server ${measured.serverMicros.toFixed(0)} us, database ${measured.databaseMicros.toFixed(0)} us  refused ${measured.refused}`,
      );
    }
  }
  report(results);
}

async function startSides(url: string): Promise<Record<string, Side>> {
  const apiKey = await makeBoundKey(url);
  const statements = JSON.stringify({
    agentId: await statementOfPage(url, { column: 'agentId', id: 1 }),
    campaignId: await statementOfPage(url, { column: 'campaignId', id: 1 }),
  });
  const startBare = (name: string, port: number, ...more: string[]) => {
    const args = [
      '--import',
      'tsx',
      'bench/pages/bare-server.ts',
      namedUrl(url, name),
      String(port),
      statements,
      ...more,
    ];
    return startChild(name, args, port);
  };
  const [bare, prepared, service] = await Promise.all([
    startBare('bare', 4812),
    startBare('prepared', 4814, 'prepared'),
    startService(namedUrl(url, 'service'), 4811),
  ]);
  servers.push(bare, prepared, service);
  const ids = await idsOf(url);
  const sides: Record<string, Side> = {
    bare: { server: bare, request: (wanted) => jsonPost('/', wanted) },
    prepared: { server: prepared, request: (wanted) => jsonPost('/', wanted) },
    service: { server: service, request: (wanted) => pageRequest(wanted, ids) },
    // The same process, asked with a key of one account that sees no numbers.
    key: { server: service, request: (wanted) => pageRequest(wanted, ids, apiKey) },
  };
  if (values['without-postgraphile']) return sides;
  if (!existsSync('bench/postgraphile/node_modules')) {
    console.log('Without PostGraphile: npm ci --prefix bench/postgraphile installs it.');
    return sides;
  }
  const postgraphile = await startPostgraphile(namedUrl(url, 'postgraphile'), 4813);
  servers.push(postgraphile);
  sides.postgraphile = { server: postgraphile, request: (wanted) => jsonPost('/graphql', postgraphilePage(wanted)) };
  return sides;
}

function pageRequest(wanted: Wanted, ids: IdCodec, apiKey?: string): Buffer {
  return jsonPost('/graphql', { query: pageQuery, variables: pageVariables(wanted, ids) }, apiKey);
}

/** The connection in a query, as its resolver is told of it. */
function connectionOf(query: string): ConnectionInfo {
  const [operation] = parse(query).definitions;
  const selections = operation && 'selectionSet' in operation ? operation.selectionSet?.selections : [];
  return { fieldNodes: selections?.filter((node) => node.kind === Kind.FIELD) ?? [], fragments: {} };
}

/** What the service sends to the database for this page. */
async function statementOfPage(url: string, wanted: Wanted): Promise<string> {
  const sent: string[] = [];
  const { db, close } = openDatabase({ url, name: 'bench', max: 1, onStatement: (text) => sent.push(text) });
  try {
    const asked = requestedOfCalls(connectionOf(pageQuery));
    // A database that the service has not opened yet has no keys; the statement does not depend on them.
    const seals = makeSeals({ ids: randomBytes(32), cursors: randomBytes(32), formerIds: {} });
    const readers = new ViewerDatabase(db, reader, seals);
    await listCalls(readers, { ...pageVariables(wanted, seals.ids), first: 50, region: 'IN', asked }).rows();
    if (sent.length !== 1) throw new Error('the page is more than one statement');
    return sent[0] as string;
  } finally {
    await close();
  }
}

/** The database, with connections that say whose they are. */
function namedUrl(url: string, name: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}application_name=bench-${name}`;
}

async function measure(url: string, name: string, { server, request }: Side, round: number): Promise<Measured> {
  const random = randomFrom(round);
  const used = async () => ({
    server: await cpuSecondsOfEach([server.pid]),
    database: await cpuSecondsOfEach(await backendsOf(url, `bench-${name}`)),
  });
  const before = await used();
  const result = await runLoad({
    port: server.port,
    connections: Number(values.connections),
    seconds: round === 0 ? Number(values['warm-up']) : Number(values.seconds),
    nextRequest: () => request(drawWanted(random)),
  });
  const after = await used();
  const microsOf = (part: 'server' | 'database') => (cpuUsedSince(before[part], after[part]) * 1e6) / result.answered;
  return { ...result, serverMicros: microsOf('server'), databaseMicros: microsOf('database') };
}

async function checkAnswer(name: string, port: number, request: Side['request']) {
  const text = request({ column: 'agentId', id: 1 }).toString();
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const path = /^POST (\S+)/.exec(text)?.[1] ?? '/';
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(/^x-api-key: (\S+)/m.exec(text) && { 'x-api-key': /^x-api-key: (\S+)/m.exec(text)?.[1] ?? '' }),
    },
    body,
  });
  const said = await answer.text();
  const sids = new Set(said.match(/"callSid":"[^"]+"/g));
  const names = said.match(/"name":"[^"]+"/g) ?? [];
  if (sids.size !== 50 || names.length !== 50) throw new Error(`${name} answers something else: ${said.slice(0, 500)}`);
}

function report(results: Record<string, Measured[]>) {
  const { bare = [], prepared = [], service = [], key = [], postgraphile = [] } = results;
  const pairs = (a: Measured[], b: Measured[], pick: (one: Measured) => number) =>
    a.map((one, i) => pick(one) / pick(b[i] as Measured));
  const listed = (ratios: number[]) => `${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`;
  console.log(`pages per second, service/bare, median of pairs: ${listed(pairs(service, bare, (r) => r.perSecond))}`);
  console.log(`  wanted: 0.8`);
  console.log(
    `the same where bare has its statement prepared: ${listed(pairs(service, prepared, (r) => r.perSecond))}`,
  );
  console.log(`  wanted: 0.5`);
  const cpu = (one: Measured) => one.serverMicros + one.databaseMicros;
  console.log(`CPU of a page, server and database, bare/service: ${listed(pairs(bare, service, cpu))}`);
  console.log(
    `pages per second, with a masked key of one account/open: ${listed(pairs(key, service, (r) => r.perSecond))}`,
  );
  console.log(`  wanted: 0.9`);
  if (postgraphile.length === 0) return;
  console.log(`pages per second, service/PostGraphile: ${listed(pairs(service, postgraphile, (r) => r.perSecond))}`);
  console.log(`  wanted: 1.7`);
  console.log(`CPU of a page, PostGraphile/service: ${listed(pairs(postgraphile, service, cpu))}`);
}
