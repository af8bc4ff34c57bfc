import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { progressBar } from '../../src/cli/terminal/progress-bar.ts';
import { zoneMs } from '../../src/generator/calendar-of-load.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';
import { fillDatabase } from './fill-database.ts';

const usage = `npm run bench:data -- [--calls 10000000] [--seed 1] [--until 2026-11-25] [--data FOLDER | --url URL]

Fills a database with a year of calls, the same for the same seed and end. Other benches use it from the folder.

  --customers  How many customers there are. Default: a fifth of the calls.
  --until      The day before which the year ends, in Asia/Kolkata. Default: today.
  --data       DATA_DIR of an embedded server. Default: bench-10m and the like where temporary files are.
  --url        Any other empty PostgreSQL database.
  --serve      Leave the embedded server running until Ctrl-C.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    customers: { type: 'string' },
    seed: { type: 'string', default: '1' },
    until: { type: 'string', default: new Date(Date.now() + zoneMs).toISOString().slice(0, 10) },
    data: { type: 'string' },
    url: { type: 'string' },
    serve: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await main();

async function main() {
  const calls = Number(values.calls);
  const until = Date.parse(`${values.until}T00:00:00Z`);
  if (!(calls > 0) || Number.isNaN(until)) throw new Error(usage);
  const folder = values.data ?? dataFolderOf(calls);
  const server = values.url ? { url: values.url, stop: async () => {} } : await openDataFolder(folder);
  try {
    await fill(server.url, calls, until);
    const url = values.url ?? server.url;
    console.log(values.url ? `Ask it: DATABASE_URL='${url}' npm start` : `Ask it: DATA_DIR=${folder} npm start`);
    if (values.serve) {
      console.log(`The database runs until Ctrl-C: ${url}`);
      await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    }
  } finally {
    await server.stop();
  }
}

async function fill(url: string, calls: number, until: number) {
  await migrateDatabase(url, { info: () => {}, warn: () => {} });
  const { known } = await describe(url);
  if (known > 0) {
    console.log(`There are ${known} calls already.`);
    return;
  }
  const { db, close } = openDatabase({ url, name: 'bench data', max: 1 });
  const account = await ensureDefaultAccount(db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  await close();
  const begun = performance.now();
  const show = progressBar({ all: calls, out: process.stderr });
  let stepBegun = begun;
  await fillDatabase({
    url,
    account,
    calls,
    customers: Number(values.customers ?? Math.ceil(calls / 5)),
    seed: Number(values.seed),
    until,
    onProgress: (done) => show(done, done === calls),
    onStep: (step) => {
      const now = performance.now();
      process.stderr.write(
        `${((now - begun) / 1000).toFixed(0).padStart(5)} s  (+${((now - stepBegun) / 1000).toFixed(1)})  ${step}\n`,
      );
      stepBegun = now;
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const { bytes, heap, indexes } = await describe(url);
  console.log(
    `${calls} calls in ${seconds.toFixed(0)} s: ${Math.round(calls / seconds)} calls/s. ` +
      `${Math.round(bytes / calls)} bytes per call: ${Math.round(heap / calls)} of rows, ${Math.round(indexes / calls)} of indexes.`,
  );
}

async function describe(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select (select count(*) from (select from calls limit 1) one)::int as known, pg_total_relation_size('calls')::float8 as bytes,
        pg_table_size('calls')::float8 as heap, pg_indexes_size('calls')::float8 as indexes`,
    );
    return rows[0] as { known: number; bytes: number; heap: number; indexes: number };
  } finally {
    await client.end();
  }
}
