import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTwoAccounts, type TwoAccounts } from '../access/two-accounts.ts';

// A viewer of some accounts is led to the calls of one agent by the same index as a viewer of all.

let world: TwoAccounts;
beforeAll(async () => {
  world = await startTwoAccounts();
});
afterAll(() => world?.close());

async function agentsOf(who: 'own' | 'other'): Promise<string[]> {
  const { data } = await world.ask(world.both, who, '{ agents { nodes { id } } }');
  return (data as { agents: { nodes: { id: string }[] } }).agents.nodes.map(({ id }) => id);
}

async function askForCalls(agent: string) {
  const query = '{ calls(filter: { agentId: { eq: "?" } }, first: 5) { nodes { id } } }'.replace('?', agent);
  world.both.takeStatements();
  const { data } = await world.ask(world.both, 'own', query);
  const statements = world.both.takeStatements().filter((text) => text.includes('"calls"'));
  return { calls: (data as { calls: { nodes: unknown[] } }).calls.nodes, statements };
}

test('a page of one agent is one statement, which looks along no calls but that agent’s', async () => {
  const [agent = ''] = await agentsOf('own');
  const { calls, statements } = await askForCalls(agent);
  expect(calls).toHaveLength(5);
  expect(statements).toHaveLength(1);
  expect(statements[0]).not.toContain('limit $');
});

test('of an agent of others no call is looked at', async () => {
  const [foreign = ''] = await agentsOf('other');
  const { calls, statements } = await askForCalls(foreign);
  expect(calls).toEqual([]);
  expect(statements).toHaveLength(1);
  const { rows } = await world.both.database.pool.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, costs off, timing off, summary off) ${valued(statements[0] ?? '', world.both.account.id)}`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']);
  const scans = plan.filter((line) => /Scan.* on calls/.test(line));
  expect(scans.length).toBeGreaterThan(0);
  expect(scans.filter((line) => !line.includes('never executed'))).toEqual([]);
});

/** A statement whose parameters are an account, or an agent of another. */
function valued(statement: string, account: number): string {
  return statement.replace(/(account_id"?) = \$\d+/g, `$1 = ${account}`).replace(/\$\d+/g, '999999');
}
