import { setImmediate as soon } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { currentVersions } from '../../src/columnar/columns.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { instantOf } from '../../src/time/instant.ts';
import { appDefaults, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
const memory = new PackedMemory(1_000_000);

beforeAll(async () => {
  appDefaults.openPackedCalls = (db, question) => openPackedCalls(db, memory, question);
  app = await startApp();
});
afterAll(async () => {
  appDefaults.openPackedCalls = null;
  await app.close();
});

const pack = () => packAccounts(app.database.pool, { clock: () => instantOf(Date.now()) });
const clockOf = (n: number) => `${String(8 + (n % 12)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;

/** Deliveries of many calls, live events and reports by turns, some of them of calls that are known already. */
function delivery(n: number): Record<string, unknown> {
  const call = n % 3 === 2 ? n - 40 : n;
  const at = `2026-03-${String(1 + (call % 27)).padStart(2, '0')} ${clockOf(call)}`;
  const common = {
    CallSid: `call-${call}`,
    Direction: call % 5 === 0 ? 'WEBOBD' : 'IVR',
    SourceNumber: `98123456${String(call % 40).padStart(2, '0')}`,
    DestinationNumber: '08062861230',
    DialWhomNumber: `92812345${String(call % 7).padStart(2, '0')}`,
    StartTime: `${at}:00`,
  };
  if (n % 3 === 0) return { ...common, type: 'live_call', Status: 'Transfer to agent' };
  return {
    ...common,
    type: 'call_report',
    Status: call % 4 === 0 ? 'NO ANSWER' : 'ANSWER',
    EndTime: `${at}:${String(10 + (call % 50))}`,
    LegA_Picked_time: `${at}:02`,
    TalkDuration: call % 4 === 0 ? '0' : String(call % 9),
    coins: '1.5',
  };
}

type Planned = { errors?: unknown[]; extensions: { plan: { figures: string; source: string; reason?: string }[] } };
async function planned(query: string, variables: Record<string, unknown> = {}): Promise<Planned> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Planned;
}

const figures = `callCount liveCount answeredCount missedCount offeredCount coinsTotal uniqueCustomerCount
  answerSeizureRatio { numerator denominator } serviceLevel(withinSeconds: 3) { numerator denominator excluded }
  talkTime { count sum min max average percentile(p: 90) histogram(bounds: [2, 5]) { count } }
  waitTime { sum percentile(p: 50) }`;
const report = `from totals { ${figures} } isFinal
  timeSeries(interval: DAY) { label metrics { ${figures} } }
  breakdown(by: [AGENT, HOUR_OF_DAY], first: 20) { totalCount nodes { agent { id } hourOfDay metrics { ${figures} } } other { ${figures} } }
  heatMap { metrics { callCount talkTime { sum } } }`;
const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-20T07:13:00Z" } }';
// No call has this word: the filter keeps all, but what it asks for is not packed.
const query = `{
  packed: callMetrics(${range}) { ${report} }
  plain: callMetrics(${range}, filter: { providerStatus: { ne: "never" } }) { ${report} }
}`;

test('figures of packed calls equal those of the calls in every snapshot, while deliveries come and are packed', async () => {
  await pack();
  let running = true;
  let sent = 0;
  const sender = async () => {
    while (running) expect(await app.send(delivery(sent++))).toBe(200);
  };
  const packer = async () => {
    for (; running; await soon()) await pack();
  };
  const busy = Promise.all([sender(), sender(), sender(), packer()]);
  const counts = new Set<number>();
  try {
    for (let i = 0; i < 25; i++) {
      type Report = { totals: { callCount: number } };
      const { packed, plain } = await app.query<{ packed: Report; plain: Report }>(query);
      expect(packed).toEqual(plain);
      counts.add(packed.totals.callCount);
    }
  } finally {
    running = false;
    await busy;
  }
  expect(counts.size).toBeGreaterThan(5);
}, 120_000);

test.each<[what: string, fields: string, variables?: Record<string, unknown>]>([
  ['nodes', 'nodes { agent { id } metrics { answeredCount talkTime { sum average max } waitTime { count } } }'],
  ['edges, fragments and aliases', 'edges { node { metrics { ...M } } } other { m: missedCount ...M }'],
  ['arguments of variables', 'nodes { metrics { serviceLevel(withinSeconds: $n) { value } } }', { n: 7 }],
  [
    'what is computed elsewhere, too',
    'nodes { metrics { answeredCount erlangs busyHour { start } repeatCustomerRate { value numerator } } }',
  ],
])('a breakdown goes through the calls once from the first asking on: %s', async (_what, fields, variables = {}) => {
  const asked = `query ${fields.includes('$n') ? '($n: Int!)' : ''} { callMetrics(${range}) { breakdown(by: [AGENT], first: 3) { ${fields} } } }
    ${fields.includes('...M') ? 'fragment M on CallMetrics { talkTime { sum } waitTime { histogram(bounds: [5]) { count } } }' : ''}`;
  const { errors, extensions } = await planned(asked, variables);
  expect(errors).toBeUndefined();
  const scans = extensions.plan.filter(({ figures }) => figures !== 'traffic' && figures !== 'repeatCustomerRate');
  expect(scans).toEqual([expect.objectContaining({ figures: 'groups by AGENT', source: 'packed calls' })]);
});

test('an administrator is told what answered, and why it was not packed calls', async () => {
  const { extensions } = await planned(query);
  expect(new Set(extensions.plan.map(({ source }) => source))).toEqual(new Set(['packed calls', 'calls']));
  expect(extensions.plan.find(({ source }) => source === 'calls')?.reason).toBe(
    'the filter asks for what is not packed',
  );
});

test('a filter on an error code is answered from its column, once every chunk of the range has it', async () => {
  const report = { ...delivery(1), CallSid: 'with-code', errorcode: '408 é' };
  expect(await app.send(report)).toBe(200);
  const count = `{ callMetrics(${range}, filter: { errorCode: { startsWith: "408" } }) { totals { callCount } } }`;
  const asked = async () => {
    const { data, extensions } = (await planned(count)) as Planned & { data: { callMetrics: unknown } };
    return { answer: data.callMetrics, source: extensions.plan[0]?.source };
  };
  const answer = { totals: { callCount: 1 } };
  await pack();
  expect(await asked()).toEqual({ answer, source: 'packed calls' });

  // As a service leaves them that knows nothing of the column.
  const { errorCode: _, ...versions } = currentVersions;
  await app.database.pool.query('truncate call_chunks, call_chunk_marks');
  await rebuildChunks(app.database.pool, { accountId: app.account.id, clock: () => instantOf(Date.now()), versions });
  expect(await asked()).toEqual({ answer, source: 'calls' });
  for (let pass = 0; pass < 10; pass++) await pack();
  expect(await asked()).toEqual({ answer, source: 'packed calls' });
});
