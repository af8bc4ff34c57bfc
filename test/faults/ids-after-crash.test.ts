import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { inTransactionWithIds } from '../../src/postgres/id-blocks.ts';
import { PostgresServer } from './rig/postgres.ts';

const rounds = Number(process.env.FAULT_ROUNDS ?? 4);

let server: PostgresServer;
const opened: OpenDatabase[] = [];

beforeAll(async () => {
  server = await PostgresServer.make();
  await server.run('create table things (id bigint generated always as identity)');
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await server?.remove();
}, 60_000);

function openInstance() {
  const instance = openDatabase({ url: server.url(), name: 'ids', max: 3, statementTimeoutMs: 5000 });
  opened.push(instance);
  return instance.pool;
}

const take = (pool: pg.Pool, count: number) =>
  inTransactionWithIds(pool, { things: count }, async (_on, _endWith, ids) => ids.take('things', count));

test('no id is given twice, however often processes and the server are killed', async () => {
  const given: number[] = [];
  let pool = openInstance();
  for (let round = 0; round < rounds; round++) {
    let isOver = false;
    const takers = [openInstance(), pool, pool].map(async (pool) => {
      while (!isOver) {
        await inTransactionWithIds(pool, { things: 7 }, async (on, _endWith, ids) => {
          // Given is given, whether it is ever written or not.
          given.push(...ids.take('things', 5));
          await on.query('select 1');
        }).catch(() => sleep(10));
      }
    });
    const before = given.length;
    await expect.poll(() => given.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before + 200);
    await server.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGQUIT');
    isOver = true;
    await Promise.all(takers);
    await server.start();
    // Every other time a new process goes on, of which the old one's memory is gone.
    if (round % 2 === 0) pool = openInstance();
  }
  expect(new Set(given).size).toBe(given.length);
}, 240_000);

test('what a server does not know that has taken the place of another one is not used on it', async () => {
  const [here, there] = [openInstance(), openInstance()];
  const before = await take(here, 100);
  // Fifty of a hundred are left over.
  const some = await inTransactionWithIds(here, { things: 100 }, async (_on, _endWith, ids) => ids.take('things', 50));
  await server.kill('SIGQUIT');
  await server.start();
  // As if it were a standby that had not got it all.
  await server.run(`select setval('things_id_seq', ${(before[0] as number) - 1})`);
  const ofThere = await take(there, 300);
  await expect.poll(() => take(here, 1).catch(() => null), { timeout: 30_000 }).not.toBeNull();
  const ofHere = await take(here, 50);
  expect(some.length).toBe(50);
  expect(ofHere.filter((id) => ofThere.includes(id))).toEqual([]);
}, 120_000);

test('a reservation waits for the disk, also where others have taken from the sequence without having committed', async () => {
  const other = await server.connect();
  try {
    await other.query('begin');
    // Writes so far ahead that the next ids of the sequence write nothing.
    await other.query("select nextval('things_id_seq')");
    const { rows } = await other.query('select pg_current_wal_insert_lsn()::text as at');
    await inTransactionWithIds(openInstance(), { things: 2 }, async (on, _endWith, ids) => {
      ids.take('things', 2);
      const { rows: flushed } = await on.query<{ far: boolean }>({
        text: 'select pg_current_wal_flush_lsn() >= $1::pg_lsn as far',
        values: [rows[0]?.at],
      });
      expect(flushed[0]?.far).toBe(true);
    });
  } finally {
    await other.end();
  }
});
