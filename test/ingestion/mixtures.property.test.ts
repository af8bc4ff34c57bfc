import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertAccount } from '../support/factories.ts';
import { drawMixture } from './draw-mixture.ts';
import { refusedName } from './draw-tellings.ts';
import { changesBetween, RowReader } from './stored-rows.ts';
import { takeStep } from './take-step.ts';

// MIXTURES=write makes the file anew: only where what is stored is to change. MIXTURES=rows writes all changes of all seeds
// to mixtures.rows.jsonl, which is not kept: written before and after a change, the two can be compared.
const file = new URL('mixtures.jsonl', import.meta.url);
const rowsFile = new URL('mixtures.rows.jsonl', import.meta.url);
const mode = process.env.MIXTURES;

const seeds = Array.from({ length: 24 }, (_, i) => i + 1);
/** Of these the rows are kept themselves. */
const shown = 3;

/** What became of a seed: of each step a hash of all rows and of what was answered. */
type Outcome = { seed: number; hashes: string[]; changes?: unknown[] };

const kept = new Map<number, Outcome>(
  mode === 'write'
    ? []
    : readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Outcome)
        .map((outcome) => [outcome.seed, outcome]),
);
const found = new Map<number, Required<Outcome>>();

let database: TestDatabase;
let accounts: Account[];

beforeAll(async () => {
  database = await createTestDatabase({ max: 4 });
  accounts = [
    await insertAccount(database.db, { name: 'one' }),
    await insertAccount(database.db, { name: 'other', outgoingAgentLeg: 'LEG_B' }),
  ];
  // What the database refuses for what it says is part of the mixtures, too.
  await database.pool.query(`alter table calls add constraint refused check (agent_name <> '${refusedName}')`);
});
beforeEach(async () => {
  await database.pool.query(
    `truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers, webhook_arrivals, write_marks,
      ended_calls, ended_call_marks, call_chunks, call_chunk_marks`,
  );
  for (const { id, outgoingAgentLeg } of accounts) {
    await database.pool.query('update accounts set outgoing_agent_leg = $2 where id = $1', [id, outgoingAgentLeg]);
  }
});
afterAll(async () => {
  await database.close();
  const inOrder = seeds.flatMap((seed) => found.get(seed) ?? []);
  if (mode === 'write') {
    const lines = inOrder.map(({ changes, ...outcome }) => (outcome.seed <= shown ? { ...outcome, changes } : outcome));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  if (mode === 'rows') {
    const lines = inOrder.flatMap(({ seed, changes }) => changes.map((change, i) => ({ seed, step: i + 1, change })));
    writeFileSync(rowsFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
});

async function run(seed: number): Promise<Required<Outcome>> {
  const world = { database, accounts: [...accounts], lastEventId: null };
  const reader = new RowReader(
    database.pool,
    accounts.map(({ id }) => id),
  );
  let before = await reader.read();
  const hashes: string[] = [];
  const changes: unknown[] = [];
  for (const step of drawMixture(seed)) {
    const answer = await takeStep(world, step);
    const now = await reader.read();
    hashes.push(hash('sha256', JSON.stringify([answer, ...now])).slice(0, 12));
    changes.push([step.what, answer, changesBetween(before, now)]);
    before = now;
  }
  return { seed, hashes, changes };
}

describe('deliveries, imports, replays, retention and erasures leave the rows that they left before', () => {
  test.each(seeds)('seed %i', async (seed) => {
    const outcome = await run(seed);
    found.set(seed, outcome);
    if (mode !== undefined) return;
    const { hashes, changes } = kept.get(seed) ?? { hashes: [], changes: undefined };
    const at = outcome.hashes.findIndex((one, i) => one !== hashes[i]);
    if (at >= 0 && changes) expect(outcome.changes[at]).toEqual(changes[at]);
    expect(at, `step ${at + 1}, after which is stored: ${JSON.stringify(outcome.changes[at])}`).toBe(-1);
    expect(outcome.hashes).toEqual(hashes);
  });
});
