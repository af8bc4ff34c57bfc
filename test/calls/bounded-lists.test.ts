import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { customers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp | undefined;
afterEach(() => app?.close());

/** An app whose lists may take a moment only, with calls and customers, and a filter's function made slow. */
async function startSlow(): Promise<TestApp> {
  app = await startApp({ listTimeoutMs: 300, statementTimeoutMs: 20_000 });
  const { db } = app.database;
  const accountId = app.account.id;
  await insertCalls(
    db,
    Array.from({ length: 4 }, () => aCall({ accountId, agentName: 'Asha', durationSeconds: 3 })),
  );
  await insertRows(db, customers, [{ accountId, number: '+919812345678', name: 'x' }]);
  // Found before the built-in one: what every row is asked takes longer than a list may.
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await admin.query(`create function public.starts_with(text, text) returns boolean language plpgsql
    as $$ begin perform pg_sleep(0.4); return true; end $$`);
  const name = new URL(app.database.url).pathname.slice(1);
  await admin.query(`alter database ${name} set search_path = public, pg_catalog`);
  // Connections that are open would not hear of it.
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await admin.end();
  return app;
}

const slow = '(filter: { agentName: { startsWith: "A" } }, orderBy: { field: DURATION_SECONDS })';

test('a list and a count that no index leads to end soon, with what to do about it', async () => {
  const { ask } = await startSlow();
  for (const [query, path] of [
    [`{ calls${slow} { nodes { id } } }`, ['calls', 'nodes']],
    [`{ calls${slow} { totalCount } }`, ['calls', 'totalCount']],
    ['{ customers(filter: { name: { startsWith: "x" } }) { nodes { id } } }', ['customers', 'nodes']],
    ['{ customers(filter: { name: { startsWith: "x" } }) { totalCount } }', ['customers', 'totalCount']],
  ] as const) {
    const begun = performance.now();
    const { errors } = await ask(query);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(errors).toEqual([
      {
        message: expect.stringMatching(
          /^This list takes too long: .* (Narrow it by a range of startedAt|Look them up)/,
        ),
        path,
        locations: [expect.any(Object)],
        extensions: { code: 'TOO_EXPENSIVE' },
      },
    ]);
  }
});

test('beside one that is too expensive the others answer, and figures may take longer', async () => {
  const { ask } = await startSlow();
  const { data, errors } = await ask(`{
    calls${slow} { nodes { id } totalCount }
    quick: calls(first: 1) { nodes { agentName } totalCount }
    callMetrics(
      range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }
      filter: { agentName: { startsWith: "A" } }
    ) { totals { callCount } }
  }`);
  expect(data).toEqual({
    calls: null,
    quick: { nodes: [{ agentName: 'Asha' }], totalCount: 4 },
    callMetrics: { totals: { callCount: 4 } },
  });
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
    ['calls.nodes', 'TOO_EXPENSIVE'],
  ]);
});
