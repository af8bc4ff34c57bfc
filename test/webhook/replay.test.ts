import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { keptEvents, lastKept } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await run(sql`truncate calls, webhook_events, agents, campaigns, call_groups, virtual_numbers, customers`);
});

type Result = {
  replayed: number;
  recorded: number;
  duplicate: number;
  ignored: number;
  unreadable: number;
  conflict: number;
  waiting: number;
  lastEventId: string | null;
  isComplete: boolean;
};
type Row = Record<string, unknown>;

const run = async (statement: ReturnType<typeof sql>) => (await app.database.db.execute<Row>(statement)).rows;

async function replay(variables: Row = {}): Promise<Result> {
  const { replayWebhookEvents } = await app.query<{ replayWebhookEvents: Result }>(
    `mutation ($filter: WebhookEventFilter!, $after: ID, $first: Int! = 1000, $dryRun: Boolean! = false) {
      replayWebhookEvents(filter: $filter, after: $after, first: $first, dryRun: $dryRun) {
        replayed recorded duplicate ignored unreadable conflict waiting lastEventId isComplete
      }
    }`,
    { filter: {}, ...variables },
  );
  return replayWebhookEvents;
}

/** Everything that is stored, to the version of each row. */
async function stored(): Promise<Record<string, Row[]>> {
  const tables = ['calls', 'webhook_events', 'agents', 'campaigns', 'call_groups', 'virtual_numbers', 'customers'];
  const entries = tables.map(async (table) => [
    table,
    await run(sql`select xmin::text as version, t.* from ${sql.identifier(table)} t order by id`),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

const callRows = () => run(sql`select * from calls order by call_sid`);
const withoutTimes = (rows: Row[]) => rows.map(({ updated_at: _updatedAt, ...row }) => row);

const outgoing = {
  type: 'call_report',
  CallSid: '55501',
  Direction: 'WEBOBD',
  SourceNumber: '9281234567',
  DialWhomNumber: '9812345678',
  DestinationNumber: '08062861230',
  receiver_name: 'Ashish',
  Status: 'ANSWER',
  StartTime: '2023-01-02 12:43:19',
  LegB_Picked_time: '2023-01-02 12:43:43',
  EndTime: '2023-01-02 12:43:45',
  campid: '17',
  call_group: 'Sales',
};
const incoming = {
  type: 'call_report',
  CallSid: '1672649960.1',
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DialWhomNumber: '9281234567',
  DestinationNumber: '08062861230',
  receiver_name: 'Ashish',
  Status: 'NO ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
};
const live = (callSid: string, told: Row = {}) => ({
  type: 'live_call',
  CallSid: callSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  ...told,
});
const setLeg = (leg: 'LEG_A' | 'LEG_B') => run(sql`update accounts set outgoing_agent_leg = ${leg}`);

describe('after a changed setting', () => {
  test('calls are what they would have been from the start, and after the change back the same rows again', async () => {
    await app.send(outgoing);
    await app.send(incoming);
    await app.send({ ...outgoing, CallSid: '55502', CallRecordingUrl: 'https://r.callerdesk.io/2.wav' });
    const before = await callRows();
    const shown = `{ nodes { callSid agentNumber customerNumber agent { name number } customer { number } } }`;
    const roles = async () => (await app.query<{ calls: { nodes: Row[] } }>(`{ calls ${shown} }`)).calls.nodes;
    const rolesBefore = await roles();

    await setLeg('LEG_B');
    expect(await replay()).toMatchObject({ replayed: 3, recorded: 3, isComplete: true });
    expect(await roles()).toEqual(
      rolesBefore.map((call) =>
        call.callSid === incoming.CallSid
          ? call
          : {
              callSid: call.callSid,
              agentNumber: '+919812345678',
              customerNumber: '+919281234567',
              agent: { name: 'Ashish', number: '+919812345678' },
              customer: { number: '+919281234567' },
            },
      ),
    );
    const { agents } = await app.query<{ agents: { nodes: Row[] } }>(
      '{ agents { nodes { number firstCallAt lastCallAt } } }',
    );
    expect(agents.nodes).toContainEqual({
      number: '+919281234567',
      firstCallAt: '2023-01-02T08:59:20.000Z',
      lastCallAt: '2023-01-02T08:59:20.000Z',
    });

    await setLeg('LEG_A');
    await replay();
    expect(withoutTimes(await callRows())).toEqual(withoutTimes(before));
    expect(await roles()).toEqual(rolesBefore);
  });

  test('a corrected zone moves every time of a call, with first and last calls', async () => {
    const wrong = await startApp({ timeZone: 'UTC' });
    try {
      await wrong.send(outgoing);
      await wrong.send(live('55501', { StartTime: '2023-01-02 12:43:19' }));
      await wrong.database.db.execute(sql`update accounts set time_zone = 'Asia/Kolkata'`);
      await wrong.query('mutation { replayWebhookEvents(filter: {}) { replayed } }');
      const { calls, agents } = await wrong.query<{ calls: { nodes: Row[] }; agents: { nodes: Row[] } }>(
        '{ calls { nodes { startedAt legBPickedAt endedAt status } } agents { nodes { firstCallAt lastCallAt } } }',
      );
      const startedAt = '2023-01-02T07:13:19.000Z';
      expect(calls.nodes).toEqual([
        {
          startedAt,
          legBPickedAt: '2023-01-02T07:13:43.000Z',
          endedAt: '2023-01-02T07:13:45.000Z',
          status: 'COMPLETED',
        },
      ]);
      expect(agents.nodes).toEqual([{ firstCallAt: startedAt, lastCallAt: startedAt }]);
    } finally {
      await wrong.close();
    }
  });

  test('what older rules noted of a delivery is brought up to date, of duplicates too', async () => {
    await app.send({ ...incoming, Status: 'Gone fishing' });
    await app.send({ ...incoming, Status: 'Gone fishing' });
    await app.send({ type: 'add_member' });
    const before = (await stored()).webhook_events?.map(({ version: _version, ...event }) => event);
    await run(sql`update webhook_events set kind = 'OTHER', unknown_words = '{gone,fishing}'`);
    await run(sql`update webhook_events set state = 'IGNORED', reason = 'nobody knew' where state = 'RECORDED'`);
    expect(await replay()).toMatchObject({ recorded: 1, duplicate: 1, ignored: 1 });
    expect((await stored()).webhook_events?.map(({ version: _version, ...event }) => event)).toEqual(before);
  });
});

describe('a replay without a change', () => {
  test('touches nothing: no call, no delivery, nobody who took part', async () => {
    await app.send(live('1672649960.1', { receiver_name: 'Ravi', DialWhomNumber: '9281234500', campid: '9' }));
    await app.send(incoming);
    await app.send({ ...incoming, CallRecordingUrl: 'https://r.callerdesk.io/1.wav' });
    await app.send({ ...incoming, SourceNumber: '9812345000', StartTime: '2023-02-02 14:29:20' });
    await app.send(incoming);
    await app.send(live('1672649960.2', { Status: 'Picked' }));
    await app.send(live('1672649960.2', { Status: 'Transfer to agent' }));
    await app.send({ ...incoming, CallSid: '3', receiver_name: 'Newer name' });
    await app.send({ type: 'add_member', name: 'Ravi' });
    await app.send({ type: 'call_report', CallSid: '1.76465E+09' });
    await app.send({ type: 'call_report', CallSid: 'unknown', coins: '2' });
    const before = await stored();
    expect(await replay()).toMatchObject({
      replayed: 11,
      recorded: 6,
      duplicate: 1,
      ignored: 1,
      unreadable: 1,
      conflict: 1,
      waiting: 1,
      isComplete: true,
    });
    expect(await stored()).toEqual(before);
  });

  test('leaves a call that nobody heard of again unreported', async () => {
    await app.send(live('1672649960.7', { LegB_Picked_time: '2023-01-02 14:30:00' }));
    await run(sql`update calls set status = 'UNREPORTED', answered_at = null, wait_seconds = null`);
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  test('reads a delivery that only its address told as what it was', async () => {
    const { type: _type, ...report } = incoming;
    await fetch(`${app.webhookUrl}/live-call`, { method: 'POST', body: JSON.stringify(report) });
    expect(await lastKept(app)).toMatchObject({ kind: 'LIVE_CALL', state: 'RECORDED' });
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });

  const sids = ['1672649960.11', '1672649960.12', '6612'];
  const oneDelivery = fc.record({
    type: fc.constantFrom('call_report', 'live_call', 'live_call'),
    CallSid: fc.constantFrom(...sids),
    Direction: fc.constantFrom('IVR', 'IVR', 'WEBOBD', ''),
    SourceNumber: fc.constantFrom('9812345678', '9812345678', '9812345000', ''),
    DestinationNumber: fc.constant('08062861230'),
    DialWhomNumber: fc.constantFrom('9281234567', '9281234568', ''),
    receiver_name: fc.constantFrom('Asha', 'Ravi', ''),
    agent_email: fc.constantFrom('a@example.in', '', ''),
    Status: fc.constantFrom('Picked', 'Transfer to agent', 'ANSWER', 'NO ANSWER', 'odd words', ''),
    StartTime: fc.constantFrom('2023-01-02 14:29:20', '2023-01-03 14:29:20', ''),
    LegB_Picked_time: fc.constantFrom('2023-01-02 14:29:50', '', ''),
    campid: fc.constantFrom('17', '', ''),
    call_group: fc.constantFrom('Sales', '', ''),
    coins: fc.constantFrom('1.50', ''),
  });

  test('whatever came, in whatever order and at once, it equals what was stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oneDelivery, { minLength: 1, maxLength: 14 }), async (deliveries) => {
        await run(sql`truncate calls, webhook_events`);
        expect(await Promise.all(deliveries.map(app.send))).toEqual(deliveries.map(() => 200));
        const before = await stored();
        expect((await replay()).replayed).toBe(deliveries.length);
        expect(await stored()).toEqual(before);
        // From nothing, too: the same calls, but for their ids.
        await run(sql`truncate calls`);
        await replay();
        const known = (rows: Row[] = []) =>
          withoutTimes(rows)
            .map(({ id: _id, version: _version, ...row }) => row)
            .sort((a, b) => (String(a.call_sid) < String(b.call_sid) ? -1 : 1));
        expect(known((await stored()).calls)).toEqual(known(before.calls));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a delivery that the database refused', () => {
  const refuse = () => run(sql`alter table calls add constraint poison check (recording_url is null)`);
  const allow = () => run(sql`alter table calls drop constraint poison`);
  const recorded = { ...incoming, CallRecordingUrl: 'https://r.callerdesk.io/1.wav' };

  test('is recorded by a replay once the cause is gone, and left as it is while it is not', async () => {
    await app.send(incoming);
    await refuse();
    try {
      await app.send(recorded);
      await app.send({ ...recorded, CallSid: '1672649960.9' });
      await app.send({ ...incoming, CallSid: '1672649960.8' });
      const before = await stored();
      expect(await replay()).toMatchObject({ replayed: 4, recorded: 2, unreadable: 2, isComplete: true });
      expect(await stored()).toEqual(before);
      expect(JSON.stringify(app.logged)).toContain('a delivery could not be replayed');
    } finally {
      await allow();
    }
    const refused = await keptEvents(app);
    expect(refused.map(({ state }) => state)).toEqual(['RECORDED', 'UNREADABLE', 'UNREADABLE', 'RECORDED']);
    expect(await replay({ filter: { state: ['UNREADABLE'] } })).toMatchObject({ replayed: 2, recorded: 2 });
    const { calls } = await app.query<{ calls: { nodes: Row[] } }>('{ calls { nodes { callSid recordingUrl } } }');
    const recordingUrl = recorded.CallRecordingUrl;
    expect(calls.nodes).toEqual([
      { callSid: '1672649960.9', recordingUrl },
      { callSid: '1672649960.8', recordingUrl: null },
      { callSid: '1672649960.1', recordingUrl },
    ]);
    expect((await keptEvents(app)).map(({ state, reason }) => [state, reason])).toEqual(
      Array.from({ length: 4 }, () => ['RECORDED', null]),
    );
  });
});

describe('a call whose first deliveries are no longer kept', () => {
  const first = { ...incoming, campid: '9', coins: '3', receiver_name: 'Ravi' };
  const later = { ...incoming, Status: 'ANSWER', receiver_name: '', CallRecordingUrl: 'https://r.callerdesk.io/1.wav' };
  const expire = (count: number) =>
    run(
      sql`delete from webhook_events where id in (select id from webhook_events order by received_at, arrival_number limit ${count})`,
    );

  test('keeps what only they gave', async () => {
    await app.send(first);
    await new Promise((resolve) => setTimeout(resolve, 2)); // received at another moment
    await app.send(later);
    await expire(1);
    const before = await callRows();
    await replay();
    expect(await callRows()).toEqual(before);
  });

  test('is not taken over by another call that contradicted it', async () => {
    await app.send(first);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await app.send({ ...first, SourceNumber: '9812345000', StartTime: '2023-02-02 14:29:20' });
    await expire(1);
    const before = await callRows();
    expect(await replay()).toMatchObject({ replayed: 1, conflict: 1 });
    expect(await callRows()).toEqual(before);
  });

  test('stays when none at all is kept', async () => {
    await app.send(first);
    await expire(1);
    const before = await callRows();
    expect(await replay()).toMatchObject({ replayed: 0, lastEventId: null, isComplete: true });
    expect(await callRows()).toEqual(before);
  });
});

describe('a dry run', () => {
  test('counts the same as the replay, and changes nothing', async () => {
    await app.send(outgoing);
    await app.send(outgoing);
    await app.send({ type: 'add_member' });
    await run(sql`update webhook_events set state = 'UNREADABLE' where id = (select min(id) from webhook_events)`);
    await setLeg('LEG_B');
    try {
      const before = await stored();
      const dry = await replay({ dryRun: true });
      expect(await stored()).toEqual(before);
      expect(dry).toMatchObject({ replayed: 3, recorded: 1, duplicate: 1, ignored: 1 });
      expect(await replay()).toEqual(dry);
      expect(await stored()).not.toEqual(before);
    } finally {
      await setLeg('LEG_A');
    }
  });
});

describe('in parts', () => {
  test('it goes on after the last one, in order of arrival, until it is complete', async () => {
    for (let i = 0; i < 5; i++) await app.send({ ...incoming, CallSid: `part ${i}` });
    const sizes: number[] = [];
    let after: string | null = null;
    for (let isComplete = false; !isComplete; ) {
      const part: Result = await replay({ first: 2, after });
      sizes.push(part.replayed);
      ({ lastEventId: after, isComplete } = part);
    }
    expect(sizes).toEqual([2, 2, 1]);
    const { webhookEvents } = await app.query<{ webhookEvents: { nodes: Row[] } }>(
      '{ webhookEvents(first: 1) { nodes { id } } }',
    );
    expect(after).toBe(webhookEvents.nodes[0]?.id);
    expect(await replay({ first: 5 })).toMatchObject({ replayed: 5, isComplete: true });
    expect(await replay({ first: 4 })).toMatchObject({ replayed: 4, isComplete: false });
  });

  test('only what the filter names is counted, but the whole call is written', async () => {
    await app.send(outgoing);
    await app.send({ ...outgoing, coins: '2' });
    await app.send(incoming);
    await run(sql`update calls set coins = 5, agent_name = null`);
    expect(await replay({ filter: { callSid: { eq: '55501' } }, first: 1 })).toMatchObject({
      replayed: 1,
      recorded: 1,
    });
    const { calls } = await app.query<{ calls: { nodes: Row[] } }>('{ calls { nodes { callSid coins agentName } } }');
    expect(calls.nodes).toEqual([
      { callSid: '1672649960.1', coins: '5', agentName: null },
      { callSid: '55501', coins: '2', agentName: 'Ashish' },
    ]);
  });

  test.each<[variables: Row, argument: unknown]>([
    [{ first: 0 }, ['first']],
    [{ first: 10_001 }, ['first']],
    [{ after: 'nonsense' }, ['after']],
    [{ filter: { state: null } }, ['filter', 'state']],
    [{ filter: { receivedAt: { gte: 'yesterday' } } }, ['filter', 'receivedAt', 'gte']],
  ])('%j is refused', async (variables, argument) => {
    const { errors } = await app.ask(
      `mutation ($filter: WebhookEventFilter!, $after: ID, $first: Int! = 1000) {
        replayWebhookEvents(filter: $filter, after: $after, first: $first) { replayed }
      }`,
      { filter: {}, ...variables },
    );
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'BAD_USER_INPUT', argument }),
    ]);
  });
});

describe('beside live traffic', { timeout: 60_000 }, () => {
  const calls = Array.from({ length: 60 }, (_, i) => `1672649960.${i + 100}`);
  const traffic = calls.flatMap((CallSid, i) => [
    live(CallSid, { Status: 'Transfer to agent', DialWhomNumber: '9281234567', campid: String(i % 3) }),
    live(CallSid, { Status: 'Picked', DialWhomNumber: '9281234568', receiver_name: 'Ravi' }),
    { ...incoming, CallSid, coins: String(i) },
    { ...incoming, CallSid, CallRecordingUrl: `https://r.callerdesk.io/${i}.wav` },
  ]);
  const said = async () =>
    (await callRows()).map(({ call_sid, status, coins, recording_url, agent_number, disposition, talk_seconds }) => ({
      call_sid,
      status,
      coins,
      recording_url,
      agent_number,
      disposition,
      talk_seconds,
    }));

  test('it gives the same calls as without', async () => {
    for (const delivery of traffic) await app.send(delivery);
    const alone = await said();
    await run(sql`truncate calls, webhook_events`);

    let isOver = false;
    const replays = (async () => {
      let count = 0;
      for (; !isOver; count += 1) await replay();
      return count;
    })();
    // Each call's deliveries in their order, all calls at once.
    await Promise.all(
      calls.map(async (_, i) => {
        for (const delivery of traffic.slice(i * 4, i * 4 + 4)) expect(await app.send(delivery)).toBe(200);
      }),
    );
    isOver = true;
    expect(await replays).toBeGreaterThan(1);
    expect(await said()).toEqual(alone);
    const before = await stored();
    await replay();
    expect(await stored()).toEqual(before);
  });
});

test('only who has the scope may replay', async () => {
  const scopes = administrator.scopes.filter((scope) => scope !== 'replay');
  const guarded = await startApp({ viewerOf: () => ({ ...administrator, scopes }) });
  try {
    await guarded.send(outgoing);
    const { errors } = await guarded.ask('mutation { replayWebhookEvents(filter: {}) { replayed } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  } finally {
    await guarded.close();
  }
});
