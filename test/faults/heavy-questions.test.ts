import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { makeDataDir, startService } from '../support/service.ts';
import { startLoad } from './load.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

test('questions that hold every connection on which they begin do not keep deliveries from being taken', async () => {
  const data = await makeDataDir();
  cleanUp.push(data.remove);
  const folder = await makeDataDir();
  cleanUp.push(folder.remove);
  const server = await startEmbeddedServer({ dataDir: data.dataDir, log: { info: () => {}, warn: () => {} } });
  cleanUp.push(server.stop);
  const service = await startService({ dataDir: folder.dataDir, env: { DATABASE_URL: server.url } });
  cleanUp.push(() => service.stop('SIGKILL'));

  const connect = async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    cleanUp.push(() => client.end());
    return client;
  };
  const holder = await connect();
  // Within its transaction the holder would see activity as it was at first.
  const watcher = await connect();
  // Of accounts that are not packed yet nobody reads chunks.
  const packed = async () =>
    (await watcher.query('select count(*)::integer as count from call_chunk_marks where packed_through is not null'))
      .rows[0].count as number;
  await expect.poll(packed, { timeout: 20_000 }).toBe(1);
  // Questions wait for this table, which no delivery needs.
  await holder.query('begin; lock table call_chunks in access exclusive mode');
  // Each is another question, for of the same one, one is computed at a time.
  const ask = async (seconds: number) => {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `{ callMetrics(range: { calendar: THIS_YEAR }, filter: { durationSeconds: { gte: ${seconds} } }) {
          totals { callCount } } }`,
      }),
    });
    return response.json() as Promise<{ data: { callMetrics: { totals: { callCount: number } } } }>;
  };
  const questions: ReturnType<typeof ask>[] = [];
  const waiting = async () => {
    const { rows } = await watcher.query(
      "select count(*)::integer as count from pg_stat_activity where application_name = 'snapshots' and wait_event_type = 'Lock'",
    );
    return rows[0].count as number;
  };
  // One after the other, for those that come at once share a connection; of the rest none has one left.
  const begin = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      const question = ask(questions.length);
      question.catch(() => {}); // awaited at the end, which a failure before it does not reach
      questions.push(question);
    }
  };
  for (let held = 1; held <= 6; held += 1) {
    begin(1);
    await expect.poll(waiting, { timeout: 20_000 }).toBe(held);
  }
  begin(24);

  const load = startLoad(service.webhookUrl);
  try {
    await expect.poll(() => load.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(200);
    expect(await waiting()).toBe(6);
  } finally {
    await load.stop();
    await holder.query('rollback');
  }
  expect([...load.others]).toEqual([]);
  for (const { data } of await Promise.all(questions)) expect(data.callMetrics.totals.callCount).toBe(0);
}, 120_000);
