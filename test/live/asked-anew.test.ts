import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { Cancellation } from '../../src/cancellation.ts';
import type { Question } from '../../src/graphql/server/answers.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

const asking = (query: string, viewer = administrator): Question => ({
  requestId: 'live',
  viewer,
  chargedTo: 'test',
  isForeign: false,
  refused: [],
  accessLogLost: 0,
  method: 'POST',
  search: '',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: { query },
});

async function subscribe(query: string, viewer = administrator) {
  const cancellation = new Cancellation();
  const subscribed = await app.answers.subscribe(asking(query, viewer), { cancellation });
  return { subscribed, cancellation };
}

async function answersOf(query: string) {
  const { subscribed, cancellation } = await subscribe(query);
  if ('refused' in subscribed) throw new Error(subscribed.refused.text);
  const parts = subscribed.parts[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { value } = await parts.next();
      return JSON.parse(value.result);
    },
    end: () => cancellation.cancel(),
    parts,
  };
}

async function refusalOf(query: string, viewer = administrator) {
  const { subscribed } = await subscribe(query, viewer);
  if (!('refused' in subscribed)) throw new Error('it was not refused');
  const { status, text, receipt } = subscribed.refused;
  return { status, ...JSON.parse(text), receipt };
}

const figures = 'subscription { callMetrics(range: { last: "P1D" }) { totals { callCount liveCount } } }';

test('figures are told at once, and again when they have changed', async () => {
  const answers = await answersOf(figures);
  expect(await answers.next()).toMatchObject({ data: { callMetrics: { totals: { callCount: 0, liveCount: 0 } } } });
  const coming = answers.next();
  await app.send(ringing('live-1'));
  expect(await coming).toMatchObject({
    data: { callMetrics: { totals: { callCount: 1, liveCount: 1 } } },
    extensions: { cost: { requested: 2, actual: 2 } },
  });
  answers.end();
  await expect(answers.parts.next()).rejects.toThrow('Nobody waits');
});

test('the board has all calls that run', async () => {
  const answers = await answersOf('subscription { liveCalls { callSid status } }');
  const first = await answers.next();
  const coming = answers.next();
  await app.send(ringing('live-2'));
  const second = await coming;
  expect(second.data.liveCalls).toEqual([{ callSid: 'live-2', status: 'RINGING' }, ...first.data.liveCalls]);
  answers.end();
});

test('what is wrong is told before there is an answer', async () => {
  expect(await refusalOf('subscription { callMetrics { totals { callCount } } }')).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
  expect(await refusalOf('{ serverTime: __typename }')).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'WRONG_TRANSPORT' } }],
  });
  expect(await refusalOf(figures, { ...administrator, scopes: ['calls'] })).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
});

test('where questions are answered, subscriptions are not', async () => {
  expect(await app.ask(figures)).toMatchObject({ errors: [{ extensions: { code: 'WRONG_TRANSPORT' } }] });
});

function ringing(callSid: string) {
  const now = new Date(Date.now() + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return {
    CallSid: callSid,
    SourceNumber: '09812345678',
    DestinationNumber: '08047112233',
    DialWhomNumber: '09900000001',
    Direction: 'IVR',
    StartTime: now,
    CurrentTime: now,
    Status: 'ringing',
    type: 'live_call',
  };
}
