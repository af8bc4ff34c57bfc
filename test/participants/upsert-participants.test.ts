import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { lockAccount } from '../../src/accounts/lock-account.ts';
import { type Part, upsertParticipants } from '../../src/participants/upsert-participants.ts';
import { inTransactionWithIds } from '../../src/postgres/id-blocks.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 });
});
afterAll(() => database.close());

const startedAt = '2026-01-05T10:00:00.000Z';
const part = (keys: Part['keys']): Part => ({ keys, startedAt, agentName: null, agentEmail: null });

test('many new agents by number and by e-mail address at once have an id each, of their own', async () => {
  const account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const take = (parts: readonly Part[]) =>
    inTransactionWithIds(database.pool, { agents: 10 }, async (on, endWith, ids) => {
      await lockAccount(on, account.id);
      const tookPart = await upsertParticipants(on, account.id, parts, { ids });
      await endWith(tookPart.write());
      return tookPart.ids.map(({ agentId }) => agentId);
    });

  // Some ids are left of what was taken for the first.
  const first = await take([part({ agentNumber: '+919000000000' })]);
  const byNumber = Array.from({ length: 500 }, (_, i) => part({ agentNumber: `+9191${String(i).padStart(8, '0')}` }));
  const byEmail = Array.from({ length: 50 }, (_, i) => part({ agentEmail: `agent${i}@example.com` }));
  const ids = [...first, ...(await take([...byNumber, ...byEmail]))];

  expect(ids.every(Number.isSafeInteger)).toBe(true);
  expect(new Set(ids).size).toBe(551);
  const { rows } = await database.pool.query('select id::integer from agents order by id');
  expect(rows.map(({ id }) => id)).toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
});

test('of agents in one group some get another name and some have a later call alone', async () => {
  const account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const take = (at: string, names: Record<string, string | null>) =>
    inTransactionWithIds(database.pool, { agents: 10 }, async (on, endWith, ids) => {
      await lockAccount(on, account.id);
      const parts = Object.entries(names).map(([agentNumber, agentName]) => ({
        ...part({ agentNumber }),
        startedAt: at,
        agentName,
      }));
      await endWith((await upsertParticipants(on, account.id, parts, { ids })).write());
    });

  await take('2026-01-05T10:00:00.000Z', { '+919500000001': 'Asha', '+919500000002': 'Bina', '+919500000003': null });
  await take('2026-01-05T11:00:00.000Z', { '+919500000001': 'Asha', '+919500000002': 'Binita', '+919500000003': null });

  const { rows } = await database.pool.query(
    `select name, name_key, sent_name, extract(hour from first_call_at)::integer as first,
      extract(hour from last_call_at)::integer as last from agents where number like '+9195%' order by number`,
  );
  expect(rows).toEqual([
    { name: 'Asha', name_key: 'asha', sent_name: 'Asha', first: 10, last: 11 },
    { name: 'Binita', name_key: 'binita', sent_name: 'Binita', first: 10, last: 11 },
    { name: null, name_key: null, sent_name: null, first: 10, last: 11 },
  ]);
});
