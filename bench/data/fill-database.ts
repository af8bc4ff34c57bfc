import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Account } from '../../src/accounts/account.table.ts';
import { agents as agentTable } from '../../src/agents/agent.table.ts';
import { callGroups } from '../../src/call-groups/call-group.table.ts';
import { type Call, calls as callTable } from '../../src/calls/call.table.ts';
import { campaigns as campaignTable } from '../../src/campaigns/campaign.table.ts';
import { customers as customerTable } from '../../src/customers/customer.table.ts';
import { openDatabase } from '../../src/db/client.ts';
import { copyRows } from '../../src/db/copy-rows.ts';
import type { Transaction } from '../../src/db/statement.ts';
import { rebuildChunks } from '../../src/packed-calls/rebuild-chunks.ts';
import { instantOf } from '../../src/time/instant.ts';
import { virtualNumbers } from '../../src/virtual-numbers/virtual-number.table.ts';
import { callsOfYear, type YearOptions } from './calls-of-year.ts';
import { agents, campaigns, groups, numbers } from './company.ts';
import { copyBatches } from './copy-batches.ts';

export type FillOptions = Omit<YearOptions, 'account'> & {
  url: string;
  account: Account;
  onProgress: (done: number) => void;
  onStep: (step: string) => void;
};

const batchSize = 4000;
const callColumns = Object.keys(getTableColumns(callTable));

/** Fills an empty, migrated database with a year of calls, without its indexes, makes those again, and packs the calls. */
export async function fillDatabase({ url, account, onProgress, onStep, ...year }: FillOptions): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '1GB'");
    await client.query('set max_parallel_maintenance_workers = 2');
    const restore = await dropIndexes(client, 'calls');
    onStep('calls');
    const told = await copyCalls(client, { ...year, account, onProgress });
    onStep('who and what took part');
    await copyParticipants(client, account.id, told);
    const isWanted = (statement: string) => statement.includes(indexOfPacking);
    onStep('the index that packing reads along');
    for (const statement of restore.filter(isWanted)) await client.query(statement);
    onStep('the other indexes, and packing');
    const others = restore.filter((statement) => !isWanted(statement));
    await Promise.all([each(others, (statement) => client.query(statement)), packCalls(url, account.id)]);
    onStep('vacuum and analyze');
    await client.query('vacuum (analyze, freeze)');
  } finally {
    await client.end();
  }
}

const indexOfPacking = 'calls_started';

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item);
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

/** Takes a table's indexes and keys away; the statements that bring them back. */
async function dropIndexes(client: pg.Client, table: string): Promise<string[]> {
  const { rows: keys } = await client.query<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = $1::regclass and contype in ('p', 'u')`,
    [table],
  );
  for (const { name } of keys) await client.query(`alter table ${table} drop constraint "${name}"`);
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = $1::regclass`,
    [table],
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  return [
    ...keys.map(({ name, definition }) => `alter table ${table} add constraint "${name}" ${definition}`),
    ...indexes.map(({ definition }) => definition),
  ];
}

/** First and last call of each participant, by id, in milliseconds. */
type Span = { first: Float64Array; last: Float64Array };
type Told = { agents: Span; campaigns: Span; groups: Span; numbers: Span; customers: Span; customerNumbers: string[] };

async function copyCalls(
  client: pg.Client,
  { onProgress, ...year }: YearOptions & Pick<FillOptions, 'onProgress'>,
): Promise<Told> {
  const told: Told = {
    agents: spans(agents.length),
    campaigns: spans(campaigns.length),
    groups: spans(groups.length),
    numbers: spans(numbers.length),
    customers: spans(year.customers),
    customerNumbers: [],
  };
  let done = 0;
  function* batches() {
    for (const batch of callsOfYear(year)) {
      for (const call of batch) note(told, call);
      yield batch;
      done += batch.length;
      onProgress(done);
    }
  }
  await client.query('begin; truncate calls');
  await copyBatches<Call>(client, { table: callTable, columns: callColumns, batches: batches() });
  await client.query('commit');
  await client.query("select setval(pg_get_serial_sequence('calls', 'id'), $1)", [Math.max(1, done)]);
  return told;
}

function spans(count: number): Span {
  return { first: new Float64Array(count + 1), last: new Float64Array(count + 1) };
}

function note(told: Told, call: Call): void {
  const at = Date.parse(call.startedAt);
  widen(told.agents, call.agentId, at);
  widen(told.campaigns, call.campaignId, at);
  widen(told.groups, call.callGroupId, at);
  widen(told.numbers, call.virtualNumberId, at);
  widen(told.customers, call.customerId, at);
  if (call.customerId && call.customerNumber) told.customerNumbers[call.customerId] ??= call.customerNumber;
}

function widen({ first, last }: Span, id: number | null | undefined, at: number): void {
  if (!id) return;
  if (!first[id] || first[id] > at) first[id] = at;
  if ((last[id] as number) < at) last[id] = at;
}

async function copyParticipants(client: Transaction, accountId: number, told: Told): Promise<void> {
  const named = (name: string | null) => ({ name, nameKey: name?.toLowerCase() ?? null });
  await copyKind(client, agentTable, accountId, told.agents, (i) => {
    const { number, name } = agents[i] as (typeof agents)[number];
    return { number, sentName: name, ...named(name) };
  });
  await copyKind(client, campaignTable, accountId, told.campaigns, (i) => ({ campaignCode: campaigns[i] }));
  await copyKind(client, callGroups, accountId, told.groups, (i) => named(groups[i] as string));
  await copyKind(client, virtualNumbers, accountId, told.numbers, (i) => ({ number: numbers[i] }));
  await copyKind(client, customerTable, accountId, told.customers, (i) => ({ number: told.customerNumbers[i + 1] }));
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
