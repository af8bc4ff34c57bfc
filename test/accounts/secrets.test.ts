import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { AccountDirectory, hashSecret } from '../../src/accounts/account-directory.ts';
import { revokeOlderSecrets, rotateSecret } from '../../src/accounts/account-secrets.ts';
import { createAccount, updateAccount } from '../../src/accounts/accounts.ts';
import { startApp, type TestApp, testSecret } from '../support/app.ts';

let app: TestApp;
afterEach(() => app.close());

const india = { timeZone: 'Asia/Kolkata', region: 'IN', outgoingAgentLeg: 'LEG_A' } as const;
const report = (callSid: string, more: Record<string, string> = {}) => ({
  CallSid: callSid,
  SourceNumber: '9812345678',
  DialWhomNumber: '9281234567',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime: '2026-01-05 10:00:00',
  EndTime: '2026-01-05 10:01:00',
  TalkDuration: '40',
  ...more,
});

async function knock(secret: string, payload: Record<string, string>): Promise<number> {
  const reply = await fetch(`${app.url}/webhooks/callerdesk/${secret}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  return reply.status;
}

async function aSecondAccount(settings: Partial<Account> = {}): Promise<{ account: Account; secret: string }> {
  const made = await createAccount(app.database.db, { name: 'Dubai', ...india, ...settings });
  if (!made) throw new Error('the name is taken');
  return made;
}

/** Knocks until the answer is this one: a running service knows of changes within seconds. */
async function becomes(status: number, secret: string): Promise<void> {
  let n = 0;
  await expect
    .poll(() => knock(secret, report(`poll-${secret.slice(0, 4)}-${n++}`)), { timeout: 8_000, interval: 100 })
    .toBe(status);
}

test('each account has its own address, zone and region, and the same CallSid is a call in each', async () => {
  app = await startApp();
  const { secret } = await aSecondAccount({ timeZone: 'Asia/Dubai', region: 'AE' });
  expect(await knock(testSecret, report('1'))).toBe(200);
  expect(await knock(secret, report('1', { SourceNumber: '0501234567' }))).toBe(200);
  const { calls } = await app.query('{ calls { nodes { callSid startedAt customerNumber account { name } } } }');
  expect(calls).toEqual({
    nodes: expect.arrayContaining([
      {
        callSid: '1',
        startedAt: '2026-01-05T04:30:00.000Z',
        customerNumber: '+919812345678',
        account: { name: 'default' },
      },
      {
        callSid: '1',
        startedAt: '2026-01-05T06:00:00.000Z',
        customerNumber: '+971501234567',
        account: { name: 'Dubai' },
      },
    ]),
  });
});

test('a secret that was made a moment ago is valid at once', async () => {
  app = await startApp();
  const { account, secret } = await aSecondAccount();
  expect(await knock(secret, report('1'))).toBe(200);
  const { accounts } = await app.query<{ accounts: { name: string }[] }>('{ accounts { name } }');
  expect(accounts.map(({ name }) => name)).toContain(account.name);
});

test('while a secret is rotated the old and the new one are valid; revoked, the old one ends within seconds', async () => {
  app = await startApp();
  const { account, secret: first } = await aSecondAccount();
  const { secret: second, others } = await rotateSecret(app.database.db, {
    accountId: account.id,
    revokeOthers: false,
  });
  expect(others).toBe(1);
  expect([await knock(first, report('1')), await knock(second, report('2'))]).toEqual([200, 200]);
  expect(await revokeOlderSecrets(app.database.db, account.id)).toBe(1);
  await becomes(404, first);
  expect(await knock(second, report('3'))).toBe(200);
  const { secret: third } = await rotateSecret(app.database.db, { accountId: account.id, revokeOthers: true });
  await becomes(404, second);
  expect(await knock(third, report('4'))).toBe(200);
});

test('secrets are stored hashed, and that of the setting not at all', async () => {
  app = await startApp();
  const { secret } = await aSecondAccount();
  const { rows } = await app.database.db.execute<{ hash: Buffer }>(
    sql`select secret_hash as hash from account_secrets`,
  );
  expect(rows.map(({ hash }) => hash.toString('hex'))).toEqual([hashSecret(secret).toString('hex')]);
});

test('a changed zone, region and outgoing leg reach the next deliveries within seconds', async () => {
  app = await startApp();
  const { account, secret } = await aSecondAccount();
  expect(await knock(secret, report('before'))).toBe(200);
  await updateAccount(app.database.db, {
    id: account.id,
    timeZone: 'Asia/Dubai',
    region: 'AE',
    outgoingAgentLeg: 'LEG_B',
  });
  const startOf = async (callSid: string) => {
    await knock(
      secret,
      report(callSid, { Direction: 'WEBOBD', SourceNumber: '0501234567', DialWhomNumber: '0507654321' }),
    );
    const { callBySid } = await app.query<{ callBySid: Record<string, string> }>(
      `{ callBySid(callSid: "${callSid}") { startedAt customerNumber agentNumber } }`,
    );
    return callBySid;
  };
  let n = 0;
  await expect
    .poll(() => startOf(`after-${n++}`), { timeout: 8_000, interval: 200 })
    .toEqual({
      startedAt: '2026-01-05T06:00:00.000Z',
      customerNumber: '+971501234567',
      agentNumber: '+971507654321',
    });
});

test('strangers make no statements but one a second', async () => {
  app = await startApp();
  const query = vi.spyOn(app.database.pool, 'query');
  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => knock(`a-secret-nobody-knows-${n}`, report('1'))),
  );
  for (let n = 0; n < 50; n++) answers.push(await knock(`another-one-that-is-unknown-${n}`, report('1')));
  const seconds = (performance.now() - begun) / 1000;
  expect(new Set(answers)).toEqual(new Set([404]));
  // One a second for them, and one every three seconds in any case.
  expect(query.mock.calls.length).toBeLessThanOrEqual(Math.ceil(seconds) + Math.ceil(seconds / 3) + 1);
});

test('while the accounts cannot be read, those that are known stay known', async () => {
  app = await startApp();
  const { secret } = await aSecondAccount();
  expect(await knock(secret, report('1'))).toBe(200);
  const log = { warn: vi.fn() };
  const { pool } = app.database;
  const directory = await AccountDirectory.open({ pool, defaultAccount: app.account, defaultSecret: testSecret, log });
  const query = vi.spyOn(pool, 'query').mockImplementation(() => Promise.reject(new Error('gone')));
  expect(await directory.find('a-secret-nobody-knows', 'callerdesk')).toBeNull();
  expect((await directory.find(secret, 'callerdesk'))?.name).toBe('Dubai');
  expect(log.warn).toHaveBeenCalledTimes(1);
  query.mockRestore();
  directory.close();
});

test('a setting whose secret belongs to another account is refused, rather than taking its deliveries', async () => {
  app = await startApp();
  const { secret } = await aSecondAccount();
  const { pool } = app.database;
  const log = { warn: vi.fn() };
  await expect(
    AccountDirectory.open({ pool, defaultAccount: app.account, defaultSecret: secret, log }),
  ).rejects.toThrow(/WEBHOOK_SECRET is one of the account Dubai/);
});
