import { getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls as callTable } from '../../src/calls/call.table.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import {
  agents as agentTable,
  callGroups,
  campaigns as campaignTable,
  customers as customerTable,
  virtualNumbers,
} from '../../src/participants/participants.table.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { copyForm, copyRows } from '../../src/postgres/rows/copy-rows.ts';
import type { Transaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { agents, campaigns, customerNumber, groups, numbers } from './bench-company.ts';
import type { Year } from './calls-of-day.ts';
import { copyParts } from './copy-parts.ts';
import { callColumns, type DrawnDay, drawOnThreads } from './draw-on-threads.ts';
import type { Span, Spans } from './spans-of-calls.ts';
import { makeIndexes, takeIndexes } from './table-indexes.ts';

export type FillOptions = Omit<Year, 'account'> & {
  url: string;
  account: Account;
  onProgress: (done: number) => void;
  onStep: (step: string) => void;
};

const batchSize = 4000;
const indexOfPacking = 'calls_started';

/**
 * Fills an empty, migrated database with a year of calls, calls and customers without their indexes, makes those again, and
 * packs the calls.
 */
export async function fillDatabase({ url, account, onProgress, onStep, ...year }: FillOptions): Promise<void> {
  const [client, other] = [await openClient(url), await openClient(url)];
  try {
    const ofCalls = await takeIndexes(client, 'calls');
    const ofCustomers = await takeIndexes(client, 'customers');
    onStep('calls');
    const spans = await copyCalls(client, { ...year, account, onProgress });
    onStep('who and what took part, indexes, and packing');
    const along = ofCalls.indexes.filter(({ name }) => name === indexOfPacking);
    const others = ofCalls.indexes.filter(({ name }) => name !== indexOfPacking);
    const pack = async () => {
      await makeIndexes(client, along);
      await Promise.all([packCalls(url, account.id), makeIndexes(client, others)]);
    };
    const upsertParticipants = async () => {
      await copyParticipants(other, account.id, spans);
      others.push(...ofCustomers.indexes);
      await makeIndexes(other, others);
    };
    await Promise.all([pack(), upsertParticipants()]);
    for (const statement of [...ofCalls.keys, ...ofCustomers.keys]) await client.query(statement);
    onStep('vacuum and analyze');
    await client.query('vacuum (analyze, freeze)');
  } finally {
    await Promise.all([client.end(), other.end()]);
  }
}

async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // No workers: there is a connection for either of two processors.
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '1GB';
    set max_parallel_maintenance_workers = 0`);
  return client;
}

/** As the service does it when it finds calls that never were. */
async function packCalls(url: string, accountId: number): Promise<void> {
  const { pool, close } = openDatabase({ url, name: 'bench packing', max: 1 });
  try {
    await rebuildChunks(pool, { accountId, clock: () => instantOf(Date.now()) });
  } finally {
    await close();
  }
}

async function copyCalls(client: pg.Client, { onProgress, ...year }: Year & Pick<FillOptions, 'onProgress'>) {
  const { text } = copyForm(callTable, callColumns, { isFrozen: true });
  let done = 0;
  async function* rowsOf(days: AsyncIterable<DrawnDay>) {
    for await (const { rows, count } of days) {
      yield rows;
      done += count;
      onProgress(done);
    }
  }
  await client.query('begin; truncate calls');
  const spans = await drawOnThreads(year, (days) => copyParts(client, text, rowsOf(days)));
  await client.query('commit');
  await client.query("select setval(pg_get_serial_sequence('calls', 'id'), $1)", [Math.max(1, done)]);
  return spans;
}

async function copyParticipants(client: Transaction, accountId: number, spans: Spans): Promise<void> {
  const named = (name: string | null) => ({ name, nameKey: name?.toLowerCase() ?? null });
  await copyKind(client, agentTable, accountId, spans.agents, (i) => {
    const { number, name } = agents[i] as (typeof agents)[number];
    return { number, sentName: name, ...named(name) };
  });
  await copyKind(client, campaignTable, accountId, spans.campaigns, (i) => ({ campaignCode: campaigns[i] }));
  await copyKind(client, callGroups, accountId, spans.groups, (i) => named(groups[i] as string));
  await copyKind(client, virtualNumbers, accountId, spans.numbers, (i) => ({ number: numbers[i] }));
  await copyKind(client, customerTable, accountId, spans.customers, (i) => ({ number: customerNumber(i) }));
}

async function copyKind(
  client: Transaction,
  table: PgTable,
  accountId: number,
  { first, last }: Span,
  rowOf: (index: number) => object,
): Promise<void> {
  let rows: object[] = [];
  const ids = Array.from(first.keys()).filter((id) => first[id]);
  const columns = ['id', 'accountId', 'firstCallAt', 'lastCallAt', ...Object.keys(rowOf((ids[0] ?? 1) - 1))];
  const copy = copyRows(table, columns);
  for (const id of ids) {
    const [firstCallAt, lastCallAt] = [first[id], last[id]].map((ms) => new Date(ms as number).toISOString());
    rows.push({ id, accountId, firstCallAt, lastCallAt, ...rowOf(id - 1) });
    if (rows.length < batchSize) continue;
    await copy(client, rows);
    rows = [];
  }
  await copy(client, rows);
  await client.query(`select setval(pg_get_serial_sequence($1, 'id'), $2)`, [getTableName(table), ids.at(-1) ?? 1]);
}
