import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { IdCodec } from '../../../src/query/global-id.ts';
import type { PostgresServer } from './postgres.ts';
import type { Acknowledged } from './senders.ts';

type Kept = { note: string; account: number; state: string; call_sid: string | null };

const figures = `query Figures($accounts: [ID!]) {
  callMetrics(
    range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-01-04T00:00:00Z" } }
    filter: { accountId: { in: $accounts } }
    timeZone: "Asia/Kolkata"
  ) {
    totals { callCount liveCount answeredCount missedCount talkTime { sum average } }
    timeSeries(interval: HOUR) { start metrics { callCount answeredCount missedCount } }
  }
}`;

/** What of the acknowledged is not there exactly once, as what it was sent as: of one that was sent again the rest are duplicates. */
export async function findLost(server: PostgresServer, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const kept = await readKept(server);
  const byNote = groupByNote(kept);
  return acknowledged.flatMap(({ note, account, state }) => {
    const real = (byNote.get(note) ?? []).filter((row) => row.state !== 'DUPLICATE');
    const isWhole = real.length === 1 && real[0]?.state === state && real[0].account === account;
    return isWhole ? [] : [`${note}: ${JSON.stringify(real)}`];
  });
}

/** No call is missing or doubled, no participant of any, and nothing was kept twice, acknowledged or not. */
export async function expectConsistent(server: PostgresServer): Promise<void> {
  const real = (await readKept(server)).filter(({ state }) => state !== 'DUPLICATE');
  expect(real.length).toBe(new Set(real.map(({ note }) => note)).size);
  const recorded = real
    .filter(({ state }) => state === 'RECORDED')
    .map(({ account, call_sid }) => `${account} ${call_sid}`);
  const calls = await server.run<{ call: string }>("select account_id || ' ' || call_sid as call from calls");
  expect(calls.length).toBe(recorded.length);
  const kept = new Set(recorded);
  expect(calls.filter(({ call }) => !kept.has(call))).toEqual([]);
  expect(new Set(calls.map(({ call }) => call)).size).toBe(calls.length);
  const [orphans] = await server.run(`select count(*)::integer as count from calls
    where not exists (select from customers c where c.id = customer_id and c.account_id = calls.account_id)
    or not exists (select from agents a where a.id = agent_id and a.account_id = calls.account_id)
    or not exists (select from virtual_numbers v where v.id = virtual_number_id and v.account_id = calls.account_id)`);
  expect(orphans).toEqual({ count: 0 });
  for (const table of ['webhook_events', 'calls', 'agents', 'virtual_numbers', 'customers']) {
    const [ids] = await server.run(
      `select count(*)::integer as all, count(distinct id)::integer as distinct from ${table}`,
    );
    expect(ids?.distinct, `ids of ${table}, whatever the account`).toBe(ids?.all);
  }
}

/** Both services answer the same of each account, and all calls are counted. */
export async function expectSameFigures(
  server: PostgresServer,
  urls: readonly string[],
  accounts: readonly number[],
): Promise<void> {
  const counts = await server.run<{ account: number; count: number }>(
    'select account_id as account, count(*)::integer as count from calls group by 1',
  );
  const countOf = new Map(counts.map(({ account, count }) => [account, count]));
  const [keys] = await server.run<{ ids: Buffer }>(`select key as ids from service_keys where purpose = 'ids'`);
  const ids = new IdCodec(keys?.ids as Buffer, {});
  for (const account of accounts) {
    const variables = { accounts: [ids.write('Account', account)] };
    const [packed, counted] = await Promise.all(urls.map((url) => ask(url, variables)));
    expect(packed).toEqual(counted);
    const { callCount } = (packed as { callMetrics: { totals: { callCount: number } } }).callMetrics.totals;
    expect(callCount).toBe(countOf.get(account));
  }
}

/** Until it is answered: a service may still have connections of before. */
async function ask(url: string, variables: object): Promise<unknown> {
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: figures, variables }),
    });
    const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown };
    if (data && !errors) return data;
    if (Date.now() > end) throw new Error(`no figures: ${JSON.stringify(errors)}`);
  }
}

function readKept(server: PostgresServer): Promise<Kept[]> {
  return server.run<Kept>(`select substring(convert_from(body, 'UTF8') from '"note":"([^"]*)"') as note,
    account_id as account, state::text as state, call_sid from webhook_events order by received_at, arrival_number`);
}

function groupByNote(kept: readonly Kept[]): Map<string, Kept[]> {
  const groups = new Map<string, Kept[]>();
  for (const row of kept) groups.set(row.note, [...(groups.get(row.note) ?? []), row]);
  return groups;
}
