import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Sent = Record<string, string>;

const agents = ['9281000001', '9281000002', ''];
const known = {
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  StartTime: '2026-03-02 14:29:20',
};
const maybe = (...values: string[]) => fc.constantFrom('', ...values);

/** What a live event may say; only `carried` of it belongs to the finished call where the report lacks it. */
const liveEvent = fc.record({
  Status: fc.constantFrom('Transfer to agent', 'ANSWER', 'Picked', 'NO ANSWER', 'What is this', ''),
  DialWhomNumber: fc.constantFrom(...agents),
  receiver_name: maybe('Asha', 'Ravi'),
  LegA_Picked_time: maybe('2026-03-02 14:29:22'),
});
const carried = fc.record({ campid: maybe('77'), call_group: maybe('Sales'), key_press: maybe('3') });
const report = fc.record({
  Status: fc.constantFrom('ANSWER', 'NO ANSWER (0-Agent)', 'AbandonedCall', 'Not connected', 'Who knows', ''),
  DialWhomNumber: fc.constantFrom(...agents),
  receiver_name: maybe('Asha'),
  EndTime: fc.constant('2026-03-02 14:31:20'),
  TalkDuration: maybe('0', '40'),
  LegA_Picked_time: maybe('2026-03-02 14:29:23'),
  LegB_Start_time: maybe('2026-03-02 14:29:30'),
  campid: maybe('78'),
  CallRecordingUrl: maybe('https://callrecords.callerdesk.io/a.mp3'),
});

const scenario = fc.record({
  report,
  // The same of all live events: what only one of them carried would be lost with that one.
  carried,
  live: fc.array(liveEvent, { minLength: 1, maxLength: 4 }),
});

/** How one call of a scenario is delivered: which live events, how often, and in what order around the report. */
const course = (count: number) =>
  fc.record({
    kept: fc.shuffledSubarray([...Array(count).keys()], { minLength: 1 }),
    repeated: fc.array(fc.nat(count), { maxLength: 3 }),
    reportAt: fc.nat(8),
  });

const cases = fc.array(
  scenario.chain((told) =>
    fc.record({
      told: fc.constant(told),
      courses: fc.array(course(told.live.length), { minLength: 3, maxLength: 5 }),
    }),
  ),
  { minLength: 4, maxLength: 8 },
);

/** All that is stored of a call, but for what tells it from other calls and when it was written. */
function contentOf(call: Call) {
  const { id: _id, callSid: _sid, createdAt: _created, updatedAt: _updated, ...content } = call;
  return content;
}

test('however live events are lost, doubled, mixed up and sent at once around a report: the finished call is the same', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (all) => {
      const names: string[][] = [];
      const senders = all.flatMap(({ told, courses }) => {
        const own = courses.map(() => `merge-${made++}`);
        names.push(own);
        return courses.map(({ kept, repeated, reportAt }, i) => {
          const CallSid = own[i] as string;
          const events = [...kept, ...repeated.filter((place) => kept.includes(place))].map(
            (place): Sent => ({ ...known, ...told.live[place], ...told.carried, CallSid, type: 'live_call' }),
          );
          const final: Sent = { ...known, ...told.report, CallSid, type: 'call_report' };
          events.splice(Math.min(reportAt, events.length), 0, final);
          // Those of one call race each other as much as those of different calls.
          return Promise.all(events.map((event) => app.send(event)));
        });
      });
      for (const statuses of await Promise.all(senders)) expect(new Set(statuses)).toEqual(new Set([200]));

      const stored = new Map((await app.database.db.select().from(calls)).map((call) => [call.callSid, call]));
      for (const own of names) {
        const contents = own.map((sid) => contentOf(stored.get(sid) as Call));
        for (const content of contents) expect(content).toEqual(contents[0]);
        expect(contents[0]?.status).toBe('COMPLETED');
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
