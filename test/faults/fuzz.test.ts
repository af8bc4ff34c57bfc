import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { knock } from '../webhook/knock.ts';
import { type Mutant, mutant, randomOf } from './mutate.ts';

// npm run fuzz sends a hundred thousand; another FUZZ_SEED makes others of them.
const count = Number(process.env.FUZZ_COUNT ?? 3000);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const atOnce = 32;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test(`${count} spoilt deliveries (seed ${seed}): no 5xx, and all are kept in a state, but for those refused as 413`, async () => {
  const random = randomOf(seed);
  const answers = new Map<number, number>();
  let made = 0;
  let sent = 0;
  const send = async () => {
    while (made < count) {
      made += 1;
      const one: Mutant = mutant(random);
      const { status } = await knock(app, { ...one, path: `/webhooks/callerdesk/${testSecret}${one.path}` });
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status !== 413) sent += one.deliveries;
      if (![200, 400, 413].includes(status)) throw new Error(`${status}: ${JSON.stringify(one).slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));

  const { rows } = await app.database.db.execute<{ state: string; count: number }>(
    sql`select state, count(*)::integer as count from webhook_events group by state`,
  );
  const kept = rows.reduce((sum, row) => sum + row.count, 0);
  const refused = answers.get(413) ?? 0;
  console.log(`seed ${seed}: answers ${JSON.stringify([...answers])}, states ${JSON.stringify(rows)}`);
  expect(kept).toBe(sent);
  expect(new Set(rows.map((row) => row.state))).toEqual(
    new Set([...new Set(rows.map((row) => row.state)), 'RECORDED', 'UNREADABLE']),
  );
  const { webhookHealth } = await app.query<{ webhookHealth: { refusedSinceStart: number } }>(
    '{ webhookHealth { refusedSinceStart } }',
  );
  expect(webhookHealth.refusedSinceStart).toBe(refused);
  // Nothing of it reached the log as it was.
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
}, 3_600_000);
