import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { databaseUrl } from '../../test/support/database-url.ts';
import { startTemporaryServer } from '../../test/support/temporary-server.ts';
import { deliveries } from '../ingest/deliveries.ts';
import { median } from '../support/load.ts';

// Both sides in one run, in turn, on one server with default durability: npm run import of report lines, and COPY of the
// calls that they make, from a file of the server's, into a table with the same indexes.
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const quiet = { info: () => {}, warn: () => {} };

const folder = await mkdtemp(join(tmpdir(), 'call-analytics-bench-import-'));
await chmod(folder, 0o777);
const server = await startTemporaryServer({ durable: true });
try {
  await main();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const urls = { import: databaseUrl(server.url, 'bench_import'), copy: databaseUrl(server.url, 'bench_copy') };
  for (const url of Object.values(urls)) {
    await run(server.url, `create database ${new URL(url).pathname.slice(1)}`);
    await migrateDatabase(url, quiet);
  }
  const reports = join(folder, 'reports.jsonl');
  await writeReports(reports);
  console.log(`${rows} report lines, ${Math.round((await stat(reports)).size / 1e6)} MB`);

  const copied = join(folder, 'calls.copy');
  const ratios: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await run(
      urls.import,
      'truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers',
    );
    await run(server.url, 'checkpoint');
    const imported = await importFile(reports, urls.import);
    const names = await columns(urls.import);
    if (round === 0) await run(urls.import, `copy (select ${names} from calls order by id) to '${copied}'`);
    await run(urls.copy, 'truncate calls');
    await run(server.url, 'checkpoint');
    const started = performance.now();
    await run(urls.copy, `copy calls (${names}) from '${copied}'`);
    const copy = (performance.now() - started) / 1000;
    ratios.push(copy / imported.seconds);
    console.log(
      `  import ${imported.seconds.toFixed(1)} s (${(rows / imported.seconds).toFixed(0)}/s, ${imported.cpuSeconds.toFixed(1)} s CPU of its own, ${imported.peakMb} MB at most)  COPY ${copy.toFixed(1)} s  ratio ${(copy / imported.seconds).toFixed(2)}`,
    );
  }
  const again = await importFile(reports, urls.import);
  console.log(`  the same file again: ${again.seconds.toFixed(1)} s (${(rows / again.seconds).toFixed(0)}/s)`);
  console.log(
    `import's speed / COPY's: median ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
  );
}

async function writeReports(file: string) {
  const out = createWriteStream(file);
  const { report } = deliveries(1);
  for (let n = 0; n < rows; ) {
    let text = '';
    for (const end = Math.min(n + 1000, rows); n < end; n++) text += `${JSON.stringify(report())}\n`;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** Runs the command, its start and its end included. */
async function importFile(file: string, url: string) {
  const started = performance.now();
  const child = spawn(
    '/usr/bin/env',
    ['time', '-f', '%e %U %S %M', process.execPath, '--max-semi-space-size=64', 'dist/cli/import.js', file],
    {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`the import ended with ${code}: ${said}`);
  const [, user = 0, system = 0, peak = 0] = (said.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, peakMb: Math.round(peak / 1024) };
}

async function columns(url: string): Promise<string> {
  const { rows: found } = await run(
    url,
    "select string_agg(attname, ', ' order by attnum) as names from pg_attribute where attrelid = 'calls'::regclass and attnum > 0 and not attisdropped and attname <> 'id'",
  );
  return found[0]?.names as string;
}

async function run(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(statement).finally(() => client.end());
}
