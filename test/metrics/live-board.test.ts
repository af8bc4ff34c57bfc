import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
const viewers: Record<string, Viewer> = {
  all: administrator,
  calls: { name: 'calls', accounts: 'all', scopes: ['calls', 'numbers'] },
  masked: { name: 'masked', accounts: 'all', scopes: ['metrics'] },
};
beforeAll(async () => {
  app = await startApp({ viewerOf: (name = 'all') => viewers[name] as Viewer });
});
afterAll(() => app?.close());

const indiaTime = (ms: number) => new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** A call that came in some seconds ago. */
const incoming = (sid: string, secondsAgo: number) => {
  const started = Date.now() - secondsAgo * 1000;
  return {
    CallSid: sid,
    Direction: 'IVR',
    SourceNumber: '9812345678',
    DestinationNumber: '08062861230',
    DialWhomNumber: '9281234567',
    receiver_name: 'Asha 9988-776655',
    call_group: 'Sales',
    StartTime: indiaTime(started),
    LegA_Picked_time: indiaTime(started + 2000),
  };
};
const rings = (sid: string, secondsAgo: number) => ({
  ...incoming(sid, secondsAgo),
  type: 'live_call',
  Status: 'Transfer to agent',
});
const talks = (sid: string, secondsAgo: number) => ({ ...rings(sid, secondsAgo), Status: 'Picked' });
const ended = (sid: string, secondsAgo: number) => ({
  ...incoming(sid, secondsAgo),
  type: 'call_report',
  Status: 'NO ANSWER',
  EndTime: indiaTime(Date.now() - 1000),
});

const figures =
  'ringingCount longestWaitSeconds talkingCount agentsOnPhoneCount lastHour { callCount liveCount missedCount }';
const board = `{ liveBoard { serverTime totals { ${figures} } agents: breakdown(by: AGENT) { agent { name } callGroup { name } figures { ${figures} } } } }`;
type Figures = {
  ringingCount: number;
  longestWaitSeconds: number | null;
  talkingCount: number;
  agentsOnPhoneCount: number;
  lastHour: { callCount: number; liveCount: number; missedCount: number };
};
type Board = {
  liveBoard: { serverTime: string; totals: Figures; agents: { agent: { name: string } | null; figures: Figures }[] };
};
const totals = async () => (await app.query<Board>(board)).liveBoard.totals;

async function askAs(who: string, query: string) {
  const headers = { 'content-type': 'application/json', authorization: who };
  const reply = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return (await reply.json()) as { data: Board | null; errors?: { message: string; extensions: { code: string } }[] };
}

test('a call rings, is answered, and leaves with its report at once; what is seen no more is none of the live ones', async () => {
  expect(await totals()).toEqual({
    ringingCount: 0,
    longestWaitSeconds: null,
    talkingCount: 0,
    agentsOnPhoneCount: 0,
    lastHour: { callCount: 0, liveCount: 0, missedCount: 0 },
  });
  await app.send(rings('one', 40));
  await app.send(rings('two', 20));
  const both = await totals();
  expect(both).toMatchObject({ ringingCount: 2, talkingCount: 0, lastHour: { callCount: 2, liveCount: 2 } });
  // From the moment at which leg A was picked up.
  expect(both.longestWaitSeconds).toBeGreaterThanOrEqual(37);
  expect(both.longestWaitSeconds).toBeLessThan(60);
  await app.send(talks('one', 40));
  await app.send(talks('three', 30));
  expect(await totals()).toMatchObject({ ringingCount: 1, talkingCount: 2, agentsOnPhoneCount: 1 });
  await app.send(ended('two', 20));
  expect(await totals()).toMatchObject({
    ringingCount: 0,
    longestWaitSeconds: null,
    talkingCount: 2,
    lastHour: { callCount: 3, liveCount: 2, missedCount: 1 },
  });
  await app.database.pool.query(`update calls set status = 'UNREPORTED' where call_sid = 'three'`);
  expect(await totals()).toMatchObject({ talkingCount: 1, lastHour: { callCount: 3, liveCount: 1 } });
});

test('it is opened by metrics, and names are masked as everywhere', async () => {
  const { data, errors } = await askAs('masked', board);
  expect(errors).toBeUndefined();
  expect(data?.liveBoard.agents.map(({ agent }) => agent?.name)).toEqual(['Asha •••••••']);
  const refused = await askAs('calls', board);
  expect([refused.data?.liveBoard ?? null, refused.errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  const byNumber = '{ liveBoard(filter: { customerNumber: { endsWith: "678" } }) { totals { ringingCount } } }';
  expect((await askAs('masked', byNumber)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await askAs('all', byNumber)).errors).toBeUndefined();
  const clock = await askAs('calls', '{ serverTime liveCalls { nodes { waitingSeconds } } }');
  expect(clock.errors).toBeUndefined();
});

test('what cannot be is refused, with what can', async () => {
  for (const first of [0, -1, 501]) {
    const { errors } = await app.ask(
      `{ liveBoard { breakdown(by: AGENT, first: ${first}) { figures { ringingCount } } } }`,
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('1 to 500'),
      extensions: { code: 'BAD_USER_INPUT', argument: ['first'] },
    });
  }
  const { errors } = await app.ask('{ liveBoard(filter: { agentId: null }) { serverTime } }');
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('its live calls are read once, whatever is asked of them', async () => {
  const dimensions = ['ACCOUNT', 'CALL_GROUP', 'VIRTUAL_NUMBER', 'AGENT'];
  app.takeStatements();
  await app.query(
    `{ liveBoard { totals { ringingCount lastHour { callCount } } ${dimensions
      .map((by) => `${by}: breakdown(by: ${by}) { figures { talkingCount lastHour { answeredCount missedCount } } }`)
      .join(' ')} } }`,
  );
  const ofCalls = app.takeStatements().filter((statement) => /from "calls"/.test(statement));
  expect(ofCalls.filter((statement) => /'RINGING', 'IN_PROGRESS'/.test(statement))).toHaveLength(1);
  // And of the last hour the totals, and of each breakdown which rows there are, and their figures.
  expect(ofCalls).toHaveLength(1 + 1 + 2 * dimensions.length);
});
