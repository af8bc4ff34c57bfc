import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { expectedFailure } from '../../src/failures.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { toGlobalId } from '../support/seals.ts';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** How long a statement may take to reach the lock that it is to wait for. */
const patience = { timeout: 15_000 };

const customer = '9812345678';
const recording = 'https://callrecords.callerdesk.io/incoming/secret-recording.mp3';

async function start(settings: Parameters<typeof startApp>[0] = {}): Promise<TestApp> {
  const app = await startApp(settings);
  cleanUp.push(app.close);
  const status = await app.send({
    CallSid: '1672649960.77',
    Direction: 'IVR',
    Status: 'ANSWER',
    SourceNumber: customer,
    DestinationNumber: '01204567890',
    DialWhomNumber: '9280000001',
    receiver_name: 'Ashish',
    StartTime: '2023-01-02 14:32:30',
    EndTime: '2023-01-02 14:34:00',
    LegB_Picked_time: '2023-01-02 14:32:54',
    TalkDuration: '66',
    CallRecordingUrl: recording,
    call_group: 'Sales',
  });
  expect(status).toBe(200);
  return app;
}

/** A connection beside the service's, to do to its database what must not happen. */
async function connect(app: TestApp): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.database.url });
  client.on('error', () => {}); // dropping the database at the end closes it
  await client.connect();
  cleanUp.push(() => client.end().catch(() => {}));
  return client;
}

/** Holds a table so that reading it takes longer than any statement may; gives it back when called. */
async function holdTable(app: TestApp, table: string): Promise<() => Promise<unknown>> {
  const client = await connect(app);
  await client.query('begin');
  await client.query(`lock table ${table} in access exclusive mode`);
  return () => client.query('rollback');
}

const codeOf = ({ errors }: GraphqlAnswer, field: string) =>
  errors?.find(({ path }) => path?.[0] === field)?.extensions.code;

function expectNothingPersonal(app: TestApp): void {
  const lines = app.logged.map((line) => JSON.stringify(line)).join('\n');
  expect(lines).not.toMatch(/9812345678|9280000001|Ashish|secret-recording|1672649960|select |insert | from "/i);
}

test('a statement that takes too long is TIMEOUT, and the fields beside it answer', async () => {
  const app = await start({ statementTimeoutMs: 1000 });
  const release = await holdTable(app, 'calls');
  const answer = await app.ask(`{
    before: agents { nodes { name } }
    calls { nodes { callSid } }
    liveCalls { totalCount }
    callMetrics(range: { last: "P1D" }) { timeZone timeSeries(interval: DAY) { metrics { callCount } } }
    after: customers { nodes { number } }
  }`);
  expect(answer.status).toBe(200);
  expect(answer.data).toMatchObject({
    before: { nodes: [{ name: 'Ashish' }] },
    calls: null,
    liveCalls: { totalCount: null },
    callMetrics: { timeZone: 'Asia/Kolkata', timeSeries: null },
    after: { nodes: [{ number: '+919812345678' }] },
  });
  expect(answer.errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
    expect.arrayContaining([
      [['calls', 'nodes'], { code: 'TIMEOUT' }],
      [['liveCalls', 'totalCount'], { code: 'TIMEOUT' }],
      [['callMetrics', 'timeSeries', 0, 'metrics', 'callCount'], { code: 'TIMEOUT' }],
    ]),
  );
  expect(new Set(answer.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['TIMEOUT']));
  for (const { message } of answer.errors ?? []) {
    expect(message).toBe('The question took too long. Narrow its range or filter, or ask for less at once.');
  }
  await release();
  expect(await app.ask('{ calls { nodes { callSid } totalCount } accounts { name } }')).toMatchObject({
    status: 200,
    data: { calls: { nodes: [{ callSid: '1672649960.77' }], totalCount: 1 }, accounts: [{ name: 'default' }] },
  });
  // Nobody expects less of a database than to answer in time: it is no failure of ours, and no line in the log.
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test('what is read after a failure still comes from the operation’s own snapshot', async () => {
  const app = await start({ statementTimeoutMs: 3000 });
  const release = await holdTable(app, 'call_groups');
  // The agents are read first, then their calls, with the groups, which are held, and other calls on the same connection.
  const asked = app.ask(`{
    agents { nodes { calls { nodes { callGroup { name } campaign { name } virtualNumber { number } } } } }
    virtualNumbers { totalCount nodes { calls { totalCount } } }
  }`);
  const writer = await connect(app);
  await expect
    .poll(async () => {
      const { rowCount } = await writer.query(`select from pg_stat_activity
        where datname = current_database() and application_name = 'tests' and wait_event_type = 'Lock'`);
      return rowCount;
    }, patience)
    .toBe(1);
  await writer.query(`update virtual_numbers set number = 'changed meanwhile'`);
  const answer = await asked;
  await release();
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['TIMEOUT']);
  expect(codeOf(answer, 'agents')).toBe('TIMEOUT');
  expect(answer.data).toEqual({
    agents: { nodes: [{ calls: null }] },
    virtualNumbers: { totalCount: 1, nodes: [{ calls: { totalCount: 1 } }] },
  });
  expect(await app.query('{ virtualNumbers { nodes { number } } }')).toEqual({
    virtualNumbers: { nodes: [{ number: 'changed meanwhile' }] },
  });
});

test('a connection that is lost in the middle of an operation is UNAVAILABLE for all that is still to be read', async () => {
  const app = await start();
  const release = await holdTable(app, 'calls');
  // Both kinds of calls are asked for once agents and numbers are known: one waits for the table, one for the connection.
  const asked = app.ask(`{
    agents { nodes { name calls { nodes { callSid } } } }
    virtualNumbers { nodes { number calls { totalCount } } }
  }`);
  const admin = await connect(app);
  await expect
    .poll(async () => {
      const { rowCount } = await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tests' and wait_event_type = 'Lock'`);
      return rowCount;
    }, patience)
    .toBe(1);
  const answer = await asked;
  await release();
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({
    agents: { nodes: [{ name: 'Ashish', calls: null }] },
    virtualNumbers: { nodes: [{ number: '+911204567890', calls: { totalCount: null } }] },
  });
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'UNAVAILABLE' },
    { code: 'UNAVAILABLE' },
  ]);
  // The service lives on, with a new connection.
  const { calls } = await app.query<{ calls: unknown }>('{ calls { nodes { callSid } totalCount } }');
  expect(calls).toEqual({ nodes: [{ callSid: '1672649960.77' }], totalCount: 1 });
  expectNothingPersonal(app);
});

test('a database that is gone is UNAVAILABLE, in one list, in many, and by id', async () => {
  const app = await start();
  const admin = new pg.Client({ connectionString: new URL('/postgres', app.database.url).href });
  await admin.connect();
  const name = new URL(app.database.url).pathname.slice(1);
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
  for (const query of [
    '{ calls { nodes { id } } }',
    '{ calls { nodes { id } totalCount } agents { nodes { id } } }',
    '{ callMetrics(range: { last: "P1D" }) { totals { callCount } } }',
    `{ call(id: "${toGlobalId('Call', 1)}") { id } }`,
    '{ accounts { name } }',
  ]) {
    const { errors, data } = await app.ask(query);
    expect(Object.keys(data ?? {}).length).toBeGreaterThan(0);
    expect(errors?.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors ?? []) {
      expect(extensions).toEqual({ code: 'UNAVAILABLE' });
      expect(message).toBe('The database cannot be reached. Try again in a moment.');
    }
  }
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  expectNothingPersonal(app);
});

test.each(['postgres://127.0.0.1:1/nothing', 'postgres://localhost:1/nothing', 'postgres://nowhere.invalid/nothing'])(
  'a server that cannot be reached at %s is UNAVAILABLE',
  async (url) => {
    const { db, close } = openDatabase({ url, name: 'tests' });
    cleanUp.push(close);
    const failure = await db.execute('select 1').then(
      () => null,
      (error: unknown) => expectedFailure(error),
    );
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The database cannot be reached. Try again in a moment.',
    });
  },
);

test.each([
  ['a column is missing', 'alter table calls drop column recording_url cascade'],
  ['a table is missing', 'drop table calls cascade'],
  ['a value is not what the code believes', `update calls set started_at = 'infinity', ended_at = null`],
])('where %s, the answer is a request id and the log alone tells more', async (_what, damage) => {
  const app = await start();
  const admin = await connect(app);
  await admin.query(damage);
  app.logged.length = 0;
  const answer = await app.ask(
    `query ($number: PhoneNumber!) {
      calls(filter: { customerNumber: { eq: $number } }) { nodes { callSid startedAt recordingUrl } }
      agents { nodes { name } }
    }`,
    { number: customer },
  );
  expect(answer.data).toEqual({ calls: null, agents: { nodes: [{ name: 'Ashish' }] } });
  expect(answer.errors).toHaveLength(1);
  const [error] = answer.errors ?? [];
  const { requestId } = error?.extensions ?? {};
  expect(error).toEqual({
    message: 'Something failed on our side. Quote the request id when you report it.',
    path: ['calls', 'nodes'],
    locations: [expect.any(Object)],
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
  });
  const told = app.logged.filter(({ level }) => level === 50);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ requestId, path: error?.path, failure: { stack: expect.any(Array) } });
  expect(app.logged.find(({ msg, requestId: id }) => msg === 'answered' && id === requestId)).toBeDefined();
  expectNothingPersonal(app);
});

test('a bug in the question of metrics costs its own figure and no other', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query('alter table calls rename column coins to coin');
  const january = 'range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }';
  const { data, errors } = await app.ask(`{
    broken: callMetrics(${january}) { totals { coinsTotal } }
    whole: callMetrics(${january}) { totals { callCount } }
    byAgent: callMetrics(${january}) { breakdown(by: [AGENT]) { nodes { agent { name } metrics { callCount } } } }
  }`);
  expect(data).toEqual({
    broken: null,
    whole: { totals: { callCount: 1 } },
    byAgent: { breakdown: { nodes: [{ agent: { name: 'Ashish' }, metrics: { callCount: 1 } }] } },
  });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
  expectNothingPersonal(app);
});

test('nothing personal is logged by questions that are answered or refused', async () => {
  const app = await start();
  await app.ask(
    '{ calls(filter: { customerNumber: { eq: "9812345678" } }) { nodes { customerNumber recordingUrl } } }',
  );
  await app.ask('{ calls(filter: { customerNumber: { startsWith: "9812345678x" } }) { nodes { id } } }');
  await app.ask('{ customerByNumber(number: "9812345678") { id number calls { nodes { agentName } } } }');
  await app.ask('{ nothing(number: "9812345678") }');
  await app.ask('{ calls(filter: { customerNumber: "9812345678" }) { nodes { id } } }');
  await app.ask('query ($n: Int) { calls(first: $n) { nodes { id } } }', { n: '9812345678' });
  await fetch(`${app.url}/graphql?query=${encodeURIComponent('{ customerByNumber(number: "9812345678") { id } }')}`, {
    headers: { 'content-type': 'application/json' },
  });
  await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query": "9812345678',
  });
  await fetch(`${app.url}/graphql/9812345678`);
  expect(app.logged.length).toBeGreaterThan(8);
  expectNothingPersonal(app);
});
