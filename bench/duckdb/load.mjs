// Copies the calls of a PostgreSQL database to a file of DuckDB, unless the file holds them already.
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const [, , postgresUrl, file] = process.argv;

/** Columns of calls, with their types there. Instants are without a zone, in UTC. */
const callColumns = {
  account_id: 'INTEGER',
  id: 'BIGINT',
  direction: 'VARCHAR',
  status: 'VARCHAR',
  disposition: 'VARCHAR',
  outcome: 'VARCHAR',
  agent_id: 'BIGINT',
  campaign_id: 'BIGINT',
  call_group_id: 'BIGINT',
  virtual_number_id: 'BIGINT',
  customer_id: 'BIGINT',
  started_at: 'TIMESTAMP',
  leg_a_picked_at: 'TIMESTAMP',
  leg_b_started_at: 'TIMESTAMP',
  answered_at: 'TIMESTAMP',
  ended_at: 'TIMESTAMP',
  duration_seconds: 'INTEGER',
  talk_seconds: 'INTEGER',
  ivr_seconds: 'INTEGER',
  ring_seconds: 'INTEGER',
  wait_seconds: 'INTEGER',
  coins: 'DECIMAL(18,4)',
};
const enumColumns = ['direction', 'status', 'disposition', 'outcome'];

const postgres = new pg.Client({ connectionString: postgresUrl });
await postgres.connect();
const { rows } = await postgres.query('select count(*)::text as count, max(updated_at)::text as newest from calls');
const stamp = JSON.stringify([rows[0], callColumns]);
if ((await stampOfFile()) !== stamp) {
  for (const old of [file, `${file}.wal`]) rmSync(old, { force: true });
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await load(connection);
  connection.closeSync();
  instance.closeSync();
}
await postgres.end();

async function stampOfFile() {
  if (!existsSync(file)) return null;
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const found = await connection.runAndReadAll('select text from stamp').catch(() => null);
  connection.closeSync();
  instance.closeSync();
  return found?.getRows()[0]?.[0];
}

async function load(connection) {
  const selected = Object.entries(callColumns).map(([name, type]) =>
    type === 'TIMESTAMP' ? `${name} at time zone 'UTC'` : name,
  );
  await copyTable(connection, 'loaded', callColumns, `select ${selected} from calls`);
  for (const name of enumColumns) {
    await connection.run(
      `create type ${name}_word as enum (select distinct ${name} from loaded where ${name} is not null)`,
    );
  }
  const casts = Object.keys(callColumns).map((name) =>
    enumColumns.includes(name) ? `${name}::${name}_word as ${name}` : name,
  );
  await connection.run(`create table calls as select ${casts} from loaded order by started_at`);
  await connection.run('drop table loaded');
  await copyTable(connection, 'agents', { id: 'BIGINT', name: 'VARCHAR' }, 'select id, name from agents');
  await connection.run(`create table stamp as select '${stamp}' as text`);
  await connection.run('checkpoint');
}

async function copyTable(connection, table, columns, query) {
  const csv = `${file}.csv`;
  await pipeline(postgres.query(copyTo(`copy (${query}) to stdout (format csv)`)), createWriteStream(csv));
  const types = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`);
  await connection.run(
    `create table ${table} as select * from read_csv('${csv}', header = false, columns = {${types}})`,
  );
  rmSync(csv);
}
