import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { Cancellation } from '../../src/cancellation.ts';
import { StatementCanceller, statementsFor } from '../../src/postgres/cancel-statement.ts';
import { FairTurns } from '../../src/postgres/fair-turns.ts';
import { createTestDatabase } from '../support/database.ts';

const slowly = (on: pg.PoolClient) => on.query('select pg_sleep(0.05)');

test('who asks for hundreds of statements keeps nobody waiting, and has them all', async () => {
  const { pool, close } = await createTestDatabase({ max: 4, connectTimeoutMs: 1000 });
  const canceller = new StatementCanceller(pool);
  const greedy = statementsFor(pool, canceller, new Cancellation());
  let done = 0;
  const all = Array.from({ length: 200 }, () => greedy(slowly).then(() => (done += 1)));
  await sleep(0);
  await statementsFor(pool, canceller, new Cancellation())(slowly);
  expect(done).toBeLessThan(100);
  // Far longer than the pool itself lets anybody wait.
  await Promise.all(all);
  expect(done).toBe(200);
  await close();
});

test('each in its turn, nobody with more than half of the places', async () => {
  const turns = new FairTurns(4);
  const [a, b] = [new Cancellation(), new Cancellation()];
  const order: string[] = [];
  const left: (() => void)[] = [];
  const take = (name: string, work: Cancellation) =>
    void turns.take(work).then((leave) => {
      order.push(name);
      left.push(leave);
    });
  for (let i = 0; i < 4; i += 1) take('a', a);
  for (let i = 0; i < 4; i += 1) take('b', b);
  await sleep(0);
  expect(order).toEqual(['a', 'a', 'b', 'b']);
  left.shift()?.();
  left[1]?.();
  await sleep(0);
  expect(order.slice(4).toSorted()).toEqual(['a', 'b']);
  for (let i = 0; i < 8; i += 1) {
    left.shift()?.();
    await sleep(0);
  }
  expect(order.length).toBe(8);
});

test('a cancelled wait fails, and leaves its place to others', async () => {
  const turns = new FairTurns(1);
  const [holds, gone, waits] = [new Cancellation(), new Cancellation(), new Cancellation()];
  const leave = await turns.take(holds);
  const ends = turns.take(gone);
  const comes = turns.take(waits);
  gone.cancel();
  await expect(ends).rejects.toThrow('Nobody waits');
  leave();
  leave();
  const next = await comes;
  const after = turns.take(gone);
  await expect(after).rejects.toThrow('Nobody waits');
  next();
  await turns.take(new Cancellation());
});
