import { afterEach, expect, test } from 'vitest';
import { createMigratedDatabase } from '../support/database.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';

let stopAll: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopAll.reverse()) await stop();
  stopAll = [];
});

async function start(env: Record<string, string>): Promise<Service> {
  const { dataDir, remove } = await makeDataDir();
  stopAll.push(remove);
  const database = await createMigratedDatabase();
  stopAll.push(database.drop);
  const service = await startService({ dataDir, env: { ...env, DATABASE_URL: database.url } });
  stopAll.push(service.stop);
  return service;
}

const warnings = (service: Service) =>
  service
    .output()
    .split('\n')
    .filter((line) => line.includes('PUBLIC_HOSTS'));

test('a start that listens everywhere warns once that every name is taken, unless the names are set', async () => {
  const any = await start({ HOST: '0.0.0.0' });
  expect(warnings(any)).toEqual([expect.stringContaining('"level":"warn"')]);
  const known = await start({ HOST: '0.0.0.0', PUBLIC_HOSTS: 'calls.example.com' });
  expect(warnings(known)).toEqual([]);
  const page = await fetch(`${known.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
}, 120_000);
