import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { ImportCounts } from '../../src/imports/import-counts.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { DeliveryBatcher } from '../../src/ingestion/batcher.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { startTemporaryServer, type TestServer } from '../support/temporary-server.ts';

let server: TestServer;
let database: OpenDatabase;
let account: Account;

beforeAll(async () => {
  server = await startTemporaryServer();
  await migrateDatabase(server.url, { info: () => {}, warn: () => {} });
  database = openDatabase({ url: server.url, name: 'tests' });
  account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

const report = (n: number) => ({
  type: 'call_report',
  CallSid: `1672649960.${n}`,
  Direction: 'IVR',
  Status: 'ANSWER',
  SourceNumber: '9812345678',
  StartTime: '2023-01-02 14:29:20',
});

/** Every commit waits for this standby from now on. */
async function requireStandby(name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  try {
    await admin.query(`alter system set synchronous_standby_names = '${name}'`);
    await admin.query('select pg_reload_conf()');
    await expect
      .poll(async () => (await admin.query('show synchronous_standby_names')).rows[0]?.synchronous_standby_names)
      .toBe(name);
  } finally {
    await admin.end();
  }
}

/** Does work while an operator cancels each wait for the standby. */
async function cancellingWaits<Result>(work: () => Promise<Result>): Promise<Result> {
  const operator = new pg.Client({ connectionString: server.url });
  await operator.connect();
  let isOver = false;
  const cancelling = (async () => {
    while (!isOver) {
      await operator.query("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
      await sleep(20);
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await cancelling;
    await operator.end();
  }
}

const runImport = (reports: object[], counts = new ImportCounts()) => {
  const text = async function* () {
    yield Buffer.from(JSON.stringify(reports));
  };
  return importRows(
    database.pool,
    { providers, account, rows: readRows(text(), ColumnNames.read([], callerDesk.columns)), form: 'IMPORT' },
    counts,
  );
};

test('while a synchronous standby is away nothing is acknowledged, by the webhook or an import, not even what is there already', async () => {
  const writer = new DeliveryBatcher(database.pool, pino({ level: 'silent' }), providers);
  const write = (n: number) => {
    const delivery = { form: 'JSON', body: Buffer.from(JSON.stringify(report(n))), contentType: null } as const;
    return writer.write(
      account,
      readDelivery({ provider: callerDesk, account, delivery, urlKind: null, receivedAt: '2026-01-05T10:00:00.000Z' }),
    );
  };
  const imported = Array.from({ length: 1500 }, (_, n) => report(10 + n));
  // After these the process has ids set aside, for to reserve some would be the first to fail.
  const before = Array.from({ length: 5000 }, (_, n) => report(10_000 + n));
  expect(await runImport(before)).toMatchObject({ rows: before.length, isComplete: true });
  await requireStandby('nobody');
  await cancellingWaits(async () => {
    await expect(write(1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (let round = 0; round < 2; round++) {
      const counts = new ImportCounts();
      await expect(runImport(imported, counts)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(counts).toMatchObject({ rows: 0, isComplete: false });
    }
  });
  // Here without the standby all of it was committed; with it, it would not be.
  const there = async () => {
    const { rows } = await database.pool.query('select count(*)::integer as count from webhook_events');
    return rows[0]?.count;
  };
  expect(await there()).toBeGreaterThan(before.length + 1000);

  await requireStandby('');
  expect(await write(1)).toBe('DUPLICATE');
  expect(await runImport(imported)).toMatchObject({ rows: 1500, isComplete: true });
  expect(await there()).toBe(before.length + 1502);
});
