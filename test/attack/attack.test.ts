import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';
import { type Attack, attacksOn, type Known } from './attacks.ts';
import { type Probe, startProbe } from './probe.ts';
import { type Reply, send } from './send.ts';

const agentCount = 60;
const callCount = 5000;
/** A machine that does much else is as slow for everybody: an attack is tried again before it counts. */
const tries = 4;
const operationMs = 30_000;
const longestWaitMs = 500;
/** What asks for all that is allowed may hold others up for longer on a machine that does much else. */
const atLimitsMs = 500;
/** A refusal by a limit, and one by the rules of GraphQL: these look at all of what a document of the allowed size says. */
const refusalMs = { byLimit: 50, byRule: 250 };
const largestAnswer = 17 * 1024 * 1024;

const knownCodes = [
  'TOO_EXPENSIVE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];

let database: TestDatabase;
let service: Service;
let probe: Probe;
let known: Known;
let removeDataDir: () => Promise<void>;
let made: Map<string, Attack>;

// Ids are not known before there are calls; their number and their length are.
const planned = attacksOn({ agents: [toGlobalId('Agent', 1)], calls: [toGlobalId('Call', 1)] });

beforeAll(async () => {
  database = await createTestDatabase();
  known = await fill(database);
  made = new Map(attacksOn(known).map((attack) => [attack.name, attack]));
  const { dataDir, remove } = await makeDataDir();
  removeDataDir = remove;
  service = await startService({ dataDir, env: { DATABASE_URL: database.url, LOG_LEVEL: 'fatal' } });
  probe = startProbe(`${service.url}/graphql`);
}, 120_000);

afterAll(async () => {
  await probe?.stop();
  await service?.stop();
  await database?.close();
  await removeDataDir?.();
});

test('the table has attacks of many kinds, each by a name of its own', () => {
  expect(planned.length).toBeGreaterThanOrEqual(150);
  expect(new Set(planned.map(({ name }) => name)).size).toBe(planned.length);
});

describe('refused at once', () => {
  test.each(named('refused'))('%s', async (name) => {
    const attempts: { took: number; allowed: number; waited: number }[] = [];
    do {
      await probe.longestWait();
      const usual = await trivialMs();
      const reply = await send(service.url, attackOf(name));
      attempts.push({ took: reply.ms - usual, allowed: expectRefused(reply), waited: await probe.longestWait() });
    } while (attempts.length < tries && !attempts.some(isGood));
    expect(attempts.some(isGood), JSON.stringify(attempts)).toBe(true);
  });
  const isGood = (one: { took: number; allowed: number; waited: number }) =>
    one.took < one.allowed && one.waited < longestWaitMs;
});

describe('held to what the limits allow', () => {
  const rows = [
    ...named('bounded').map((name) => [name, longestWaitMs] as const),
    ...named('atLimits').map((name) => [name, atLimitsMs] as const),
  ];
  test.each(rows)('%s', { timeout: 3 * operationMs }, async (name, waitMs) => {
    const waits: number[] = [];
    do {
      await probe.longestWait();
      const reply = await send(service.url, attackOf(name));
      waits.push(await probe.longestWait());
      expect([200, 400, 503]).toContain(reply.status);
      expect(reply.start).toMatch(/^\{"(data|errors)":/);
      expect(reply.bytes).toBeLessThan(largestAnswer);
      expect(reply.ms).toBeLessThan(operationMs + 5000);
    } while (waits.length < tries && Math.min(...waits) >= waitMs);
    expect(Math.min(...waits)).toBeLessThan(waitMs);
  });
});

test('the service is as it was: it answers, and has said nothing', async () => {
  expect(await trivialMs()).toBeLessThan(1000);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
});

function named(expected: Attack['expected']): string[] {
  return planned.filter((attack) => attack.expected === expected).map(({ name }) => name);
}

function attackOf(name: string): Attack {
  const attack = made.get(name);
  if (!attack) throw new Error(`there is no attack ${name}`);
  return attack;
}

async function trivialMs(): Promise<number> {
  const { ms } = await send(service.url, { method: 'POST', body: '{"query":"{ __typename }"}', search: '' });
  return ms;
}

/** An answer as clients of GraphQL know it, without data, that says what is wrong. Returns how long it may take. */
function expectRefused({ status, bytes, start }: Reply): number {
  expect(status).toBeLessThan(500);
  expect(bytes).toBeLessThan(100_000);
  const { data, errors } = JSON.parse(start);
  expect(data).toBeUndefined();
  expect(errors.length).toBeGreaterThan(0);
  const codes = new Set<string>();
  for (const { message, extensions } of errors) {
    expect(message).toBeTruthy();
    codes.add(extensions.code);
    // Clients that keep queries by their hash expect 200.
    if (extensions.code !== 'PERSISTED_QUERY_NOT_SUPPORTED') expect(status).toBeGreaterThanOrEqual(400);
    if (extensions.code !== 'TOO_EXPENSIVE') continue;
    const details = { limit: expect.any(String), asked: expect.any(Number), allowed: expect.any(Number) };
    expect(extensions).toMatchObject(details);
    expect(extensions.asked).toBeGreaterThan(extensions.allowed);
  }
  for (const code of codes) expect(knownCodes).toContain(code);
  return codes.has('TOO_EXPENSIVE') ? refusalMs.byLimit : refusalMs.byRule;
}

async function fill({ db }: TestDatabase): Promise<Known> {
  const account = await ensureDefaultAccount(db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const stored = await insertRows(
    db,
    agents,
    Array.from({ length: agentCount }, (_, i) => ({
      accountId: account.id,
      number: `+9198${String(i).padStart(8, '0')}`,
      name: `Agent ${i}`,
    })),
  );
  const from = Date.parse('2026-01-01T00:00:00Z');
  const rows = Array.from({ length: callCount }, (_, i) =>
    aCall({
      accountId: account.id,
      agentId: stored[i % agentCount]?.id ?? null,
      agentName: `Agent ${i % agentCount}`,
      startedAt: new Date(from + i * 500_000).toISOString(),
      durationSeconds: i % 600,
      talkSeconds: i % 300,
      waitSeconds: i % 60,
    }),
  );
  const calls = [];
  for (let i = 0; i < rows.length; i += 1000) calls.push(...(await insertCalls(db, rows.slice(i, i + 1000))));
  return {
    agents: stored.map(({ id }) => toGlobalId('Agent', id)),
    calls: calls.map(({ id }) => toGlobalId('Call', id)),
  };
}
