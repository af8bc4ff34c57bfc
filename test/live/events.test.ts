import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { liveQuestion } from '../support/first-answer.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

type Told = {
  data: { callEvents?: Event; callChanged?: Record<string, unknown> } | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
  extensions: { token?: string };
};
type Event = { token: string; kind: string; callId: string; call: Record<string, unknown> | null };

async function subscribe(query: string, { viewer = administrator, since }: { viewer?: Viewer; since?: string } = {}) {
  const cancellation = new Cancellation();
  const question = { ...liveQuestion(query, { viewer }), since: since ?? null };
  const subscribed = await app.answers.subscribe(question, { cancellation });
  if ('refused' in subscribed) {
    const refused = JSON.parse(subscribed.refused.text) as Told;
    return { refused, next: () => Promise.reject(new Error(subscribed.refused.text)), end: () => {} };
  }
  const parts = subscribed.parts[Symbol.asyncIterator]();
  return {
    refused: null,
    next: async (): Promise<Told> => JSON.parse((await parts.next()).value.result),
    end: () => cancellation.cancel(),
  };
}

const eventIn = ({ data }: Told) => data?.callEvents as Event;

let sids = 0;
const newSid = () => `1672649960.${7000 + sids++}`;
const ringing = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'live_call',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  Status: 'Transfer to agent',
  ...more,
});
const report = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'call_report',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
  ...more,
});

const events = (filter: string) =>
  `subscription { callEvents(filter: ${filter}) { token kind callId call { id callSid status customerNumber account { name } agent { number } } } }`;

test('a call that rings, is reported and fits no more is told of each time', async () => {
  const sid = newSid();
  const live = await subscribe(events('{ status: { in: [RINGING, IN_PROGRESS] } }'));
  await app.send(ringing(sid));
  const first = eventIn(await live.next());
  expect(first).toMatchObject({
    kind: 'MATCHES',
    call: { callSid: sid, status: 'RINGING', customerNumber: '+919812345678' },
  });
  expect(first.call?.id).toBe(first.callId);
  await app.send(report(sid));
  const second = eventIn(await live.next());
  expect(second).toMatchObject({
    kind: 'LEFT',
    callId: first.callId,
    call: { status: 'COMPLETED', account: { name: expect.any(String) } },
  });
  expect(second.token).not.toBe(first.token);
  live.end();
});

test('whoever goes on by a token is told of what changed meanwhile, and of nothing else', async () => {
  const before = await subscribe(events('{}'));
  await app.send(ringing(newSid()));
  const { token } = eventIn(await before.next());
  before.end();
  const missed = newSid();
  await app.send(ringing(missed));
  for (const how of ['as an argument', 'by the door']) {
    const query =
      how === 'by the door' ? events('{}') : events('{}').replace('filter: {}', `filter: {}, since: "${token}"`);
    const after = await subscribe(query, how === 'by the door' ? { since: token } : {});
    expect((await after.next()).data?.callEvents).toMatchObject({ kind: 'MATCHES', call: { callSid: missed } });
    after.end();
  }
});

test('callChanged has its token beside the answer', async () => {
  const live = await subscribe('subscription { callChanged { callSid } }');
  const sid = newSid();
  await app.send(ringing(sid));
  const told = await live.next();
  expect(told.data).toEqual({ callChanged: { callSid: sid } });
  expect(told.extensions.token).toMatch(/^[\w-]{40,}$/);
  live.end();
});

test('a viewer without numbers is shown masks, and cannot filter by a number', async () => {
  const viewer: Viewer = { ...administrator, name: 'masked', scopes: ['calls'] };
  const live = await subscribe(events('{}'), { viewer });
  await app.send(report(newSid()));
  const { call } = eventIn(await live.next());
  expect(call).toMatchObject({ customerNumber: '+91 98•••••678', agent: { number: '+91 92•••••567' } });
  live.end();
  const { refused } = await subscribe(events('{ customerNumber: { eq: "+919812345678" } }'), { viewer });
  expect(refused?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('who may not see calls, or has no right token, is refused before there is an event', async () => {
  const metrics = await subscribe(events('{}'), { viewer: { ...administrator, scopes: ['metrics'] } });
  expect(metrics.refused?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const wrong = await subscribe(events('{}').replace('filter: {}', 'filter: {}, since: "x"'));
  expect(wrong.refused?.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: ['since'] });
});

test('the board of a viewer of figures alone is told anew as its calls change', async () => {
  const viewer: Viewer = { ...administrator, scopes: ['metrics'] };
  const live = await subscribe('subscription { liveBoard { totals { ringingCount } } }', { viewer });
  const board = async () => (await live.next()).data as unknown as { liveBoard: { totals: { ringingCount: number } } };
  const { ringingCount } = (await board()).liveBoard.totals;
  await app.send(ringing(newSid()));
  expect((await board()).liveBoard.totals.ringingCount).toBe(ringingCount + 1);
  live.end();
});
