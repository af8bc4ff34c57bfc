import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findListedCounterparts, findSentCounterparts } from '../../src/calls/merge/counterparts.ts';
import type { Transaction } from '../../src/postgres/statement.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

// In the database below the calls of even numbers are known from the list alone.
beforeAll(async () => {
  app = await startApp();
  await app.database.db.execute(sql`insert into calls (account_id, call_sid, direction, status, customer_number, agent_number,
      started_at, created_at, updated_at, lesser_facts)
    select 1, n::text, 'OUTBOUND', 'COMPLETED', '+91' || n % 50, '+92' || n % 7, '2026-01-01Z'::timestamptz + n * interval '1 second',
      '2026-02-01Z', '2026-02-01Z', case when n % 2 = 0 then 33554432 + 2 end
    from generate_series(1, 20000) as n`);
  await app.database.db.execute(sql`analyze calls`);
});
afterAll(() => app.close());

const wanted = Array.from({ length: 200 }, (_, i) => ({
  callSid: `other ${i}`,
  startedAt: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
  customer: `+91${i % 50}`,
  agent: `+92${i % 7}`,
}));

test.each([
  ['of the list', findListedCounterparts, 0],
  ['of others', findSentCounterparts, 1],
])('counterparts %s are found', async (_what, find, rest) => {
  const found = await find(app.database.pool as unknown as Transaction, 1, wanted);
  const numbers = wanted.map((_, i) => i).filter((i) => i > 0 && i % 2 === rest);
  expect(found).toEqual(numbers.map((i) => ({ of: `other ${i}`, callSid: String(i) })));
});

test.each([
  ['of the list', findListedCounterparts],
  ['of others', findSentCounterparts],
])('counterparts %s are looked up by an index, whatever is known of the table', async (_what, find) => {
  const client = await app.database.pool.connect();
  try {
    for (const isGeneric of [false, true]) {
      await client.query(`set plan_cache_mode = force_${isGeneric ? 'generic' : 'custom'}_plan`);
      const plans: string[] = [];
      const explaining = {
        query: async ({ text, values }: { text: string; values: unknown[] }) => {
          const { rows } = await client.query(`explain ${text}`, values);
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          return { rows: [] };
        },
      };
      await find(explaining as unknown as Transaction, 1, wanted);
      expect(plans).toHaveLength(1);
      expect(plans[0]).toMatch(/Index Cond: \((?:\(account_id = 1\) AND \()?started_at = v\.started_at\)/);
      expect(plans[0]).not.toContain('Seq Scan');
    }
  } finally {
    client.release(true);
  }
});
