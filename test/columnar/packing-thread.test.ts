import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { makeDataDir, startService } from '../support/service.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

test('a running service packs what was delivered, goes on after its connections were cut, and ends in order', async () => {
  const database = await createTestDatabase();
  cleanUp.push(database.close);
  const folder = await makeDataDir();
  cleanUp.push(folder.remove);
  const service = await startService({ dataDir: folder.dataDir, env: { DATABASE_URL: database.url } });
  cleanUp.push(() => service.stop('SIGKILL'));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanUp.push(() => client.end());

  const deliver = async (sid: string) => {
    const body = JSON.stringify({ ...theSampleCall, CallSid: sid });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(service.webhookUrl, { method: 'POST', headers, body })).status).toBe(200);
  };
  const packed = async () => {
    const { rows } = await client.query('select coalesce(sum(call_count), 0)::integer as count from call_chunks');
    return rows[0].count as number;
  };

  await deliver('1672649960.1');
  await expect.poll(packed, { timeout: 30_000 }).toBe(1);
  const { rowCount } = await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'packing'",
  );
  expect(rowCount).toBeGreaterThan(0);
  await deliver('1672649960.2');
  await expect.poll(packed, { timeout: 30_000 }).toBe(2);
  expect(await service.stop()).toMatchObject({ code: 0, signal: null });
}, 120_000);
