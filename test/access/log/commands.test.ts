import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../../src/access/keys/create-key.ts';
import { revokeKey } from '../../../src/access/keys/revoke-key.ts';
import { rotateKey } from '../../../src/access/keys/rotate-key.ts';
import { commandLine, scopes } from '../../../src/access/viewer.ts';
import { projectFile } from '../../../src/project-file.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { theSampleCall } from '../../support/sample-call.ts';
import { makeDataDir, runService } from '../../support/service.ts';

let app: TestApp;
let dataDir: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  app = await startApp();
  ({ dataDir, remove } = await makeDataDir());
});
afterAll(async () => {
  await app?.close();
  await remove?.();
});

async function run(command: string, ...args: string[]): Promise<number | null> {
  const env = { PORT: '4000', DATABASE_URL: app.database.url };
  const { code } = await runService({ dataDir, env, program: projectFile(`dist/cli/${command}.js`), args });
  return code;
}

const changes = async () => {
  const { rows } = await app.database.pool.query<{ what: string; id: number }>(
    `select viewer, account_ids as accounts, change as what, changed_type as type, changed_id::int as id from access_log
     where change is not null order by access_log.id`,
  );
  return rows;
};

test('what commands change of accounts, and whom they erase, is noted with the command as who did it', {
  timeout: 120_000,
}, async () => {
  expect(await run('account', 'create', '--name', 'Dubai', '--region', 'AE')).toBe(0);
  expect(await run('account', 'create', '--name', 'Dubai', '--region', 'AE')).toBe(1);
  expect(await run('account', 'update', '--name', 'Dubai', '--region', 'IN')).toBe(0);
  expect(await run('account', 'rotate-secret', '--name', 'Dubai')).toBe(0);
  expect(await run('account', 'revoke-older-secrets', '--name', 'Dubai')).toBe(0);
  expect(await run('account', 'list')).toBe(0);
  await app.send(theSampleCall);
  expect(await run('forget', '--number', theSampleCall.SourceNumber, '--account', 'default', '--yes')).toBe(0);
  const { rows } = await app.database.pool.query("select id from accounts where name = 'Dubai'");
  const ofDubai = { viewer: commandLine.name, accounts: null, type: 'Account', id: rows[0]?.id };
  expect(await changes()).toEqual([
    { ...ofDubai, what: 'account Dubai made' },
    { ...ofDubai, what: 'account Dubai updated' },
    { ...ofDubai, what: 'account Dubai given a new secret' },
    { ...ofDubai, what: 'account Dubai left with its newest secret' },
    { ...ofDubai, what: 'person erased: 1 calls, 1 deliveries', id: app.account.id },
  ]);
});

test('so is what becomes of keys, whoever changes them, and nothing where nothing changes', async () => {
  await app.database.pool.query('truncate access_log');
  const { pool } = app.database;
  const asked = { now: instantOf(Date.now()), path: [] };
  const rights = {
    scopes: ['calls'],
    accountIds: [app.account.id],
    expiresAt: null,
    documentsOnly: false,
    budget: null,
  } as const;
  const maker = { name: 'chief', accounts: [app.account.id], scopes };
  const { secret } = await createKey(pool, maker, { ...rights, name: 'bi' }, asked);
  await expect(createKey(pool, maker, { ...rights, name: 'bi' }, asked)).rejects.toThrow(/is taken/);
  const { secret: second } = await rotateKey(pool, maker, 'bi', asked);
  await revokeKey(pool, maker, { name: 'bi', olderOnly: true }, asked);
  for (let n = 0; n < 2; n++) await revokeKey(pool, maker, { name: 'bi', olderOnly: false }, asked);
  const noted = await changes();
  const ofKey = { viewer: 'chief', accounts: [app.account.id], type: null, id: null };
  expect(noted).toEqual([
    { ...ofKey, what: 'key bi made' },
    { ...ofKey, what: 'key bi given a new secret' },
    { ...ofKey, what: 'key bi left with its newest secret' },
    { ...ofKey, what: 'key bi revoked' },
  ]);
  for (const one of [secret, second]) expect(JSON.stringify(noted)).not.toContain(one);
});
