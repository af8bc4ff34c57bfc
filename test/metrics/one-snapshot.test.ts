import { setImmediate as soon } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewCall } from '../../src/calls/call.table.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;
let agentIds: number[];

beforeAll(async () => {
  app = await startApp({ statementTimeoutMs: 2000 });
  const rows = ['Asha', 'Ravi', 'Éva'].map((name, i) => ({ accountId: app.account.id, name, number: `${i}` }));
  agentIds = (await insertRows(app.database.db, agents, rows)).map(({ id }) => id);
});
afterAll(() => app.close());

type Count = { callCount: number };
type Answer = {
  callMetrics: {
    totals: Count;
    timeSeries: { metrics: Count }[];
    breakdown: { nodes: { metrics: Count }[]; other: Count | null };
  };
  again: { totals: Count };
  calls: { totalCount: number; nodes: { callSid: string }[] };
};

const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" } }';
const query = `{
  callMetrics(${range}) {
    totals { callCount }
    timeSeries(interval: HOUR) { metrics { callCount } }
    breakdown(by: [AGENT, DISPOSITION], first: 2) { nodes { metrics { callCount } } other { callCount } }
  }
  calls(first: 500) { totalCount nodes { callSid } }
  again: callMetrics(${range}) { totals { callCount } }
}`;

function randomCalls(): NewCall[] {
  return Array.from({ length: 7 }, (_, i) =>
    aCall({
      accountId: app.account.id,
      agentId: agentIds[i % 4] ?? null,
      disposition: i % 2 === 0 ? 'ANSWERED' : 'BUSY',
      startedAt: `2026-01-01T${String((i * 5) % 24).padStart(2, '0')}:00:00.000Z`,
    }),
  );
}

test('all figures of an operation are of one moment, while calls are written', async () => {
  let writing = true;
  let written = 0;
  const writer = (async () => {
    while (writing) {
      await insertCalls(app.database.db, randomCalls());
      written += 7;
      await soon();
    }
  })();
  const seen: number[] = [];
  const sum = (parts: { metrics: Count }[]) => parts.reduce((total, { metrics }) => total + metrics.callCount, 0);
  try {
    for (let i = 0; i < 25; i++) {
      const before = written;
      const { callMetrics, calls, again } = await app.query<Answer>(query);
      const { totals, timeSeries, breakdown } = callMetrics;
      const counts = {
        totals: totals.callCount,
        series: sum(timeSeries),
        groups: sum(breakdown.nodes) + (breakdown.other?.callCount ?? 0),
        list: calls.totalCount,
        page: calls.nodes.length < 500 ? calls.nodes.length : totals.callCount,
        again: again.totals.callCount,
      };
      expect(new Set(Object.values(counts)), JSON.stringify(counts)).toHaveLength(1);
      expect(totals.callCount).toBeGreaterThanOrEqual(before);
      seen.push(totals.callCount);
    }
  } finally {
    writing = false;
    await writer;
  }
  // The calls did arrive while questions were answered.
  expect(new Set(seen).size).toBeGreaterThan(5);
});

test('a figure that fails is null with an error, and those beside it stand', async () => {
  const blocker = new pg.Client({ connectionString: app.database.url });
  await blocker.connect();
  try {
    await blocker.query('begin; lock table agents in access exclusive mode');
    const { data, errors } = await app.ask(`{
      callMetrics(${range}) {
        byAgent: breakdown(by: [AGENT]) { totalCount }
        byDirection: breakdown(by: [DIRECTION]) { totalCount nodes { metrics { callCount } } }
        totals { callCount }
      }
      calls(first: 1) { totalCount nodes { callSid } }
      agents { nodes { id } }
    }`);
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      expect.arrayContaining([
        [['callMetrics', 'byAgent'], 'TIMEOUT'],
        [['agents', 'nodes'], 'TIMEOUT'],
      ]),
    );
    expect(errors).toHaveLength(2);
    const { callMetrics, calls } = data as unknown as Answer & {
      callMetrics: { byAgent: null; byDirection: { nodes: { metrics: Count }[] } };
    };
    expect(callMetrics.byAgent).toBeNull();
    expect(callMetrics.byDirection.nodes[0]?.metrics.callCount).toBe(callMetrics.totals.callCount);
    expect(calls.nodes).toHaveLength(1);
  } finally {
    await blocker.end();
  }
}, 30_000);
