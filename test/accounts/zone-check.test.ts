import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkRecentZones } from '../../src/inbox/check-recent-zones.ts';
import { minutesOff, ZoneCheck } from '../../src/inbox/zone-check.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { startApp, type TestApp } from '../support/app.ts';

const at = (text: string) => `2026-01-05T${text}.000Z`;

describe('a start looks like one of another zone where it is off by quarter hours', () => {
  test.each([
    ['the same second', '10:00:00', 0],
    ['some seconds later', '10:00:20', 0],
    ['nine minutes later', '10:09:00', 0],
    ['eleven minutes later, which is no quarter of an hour', '10:11:00', 0],
    ['a quarter of an hour later', '10:15:05', 15],
    ['half an hour earlier', '09:30:03', -30],
    ['five hours and a half later', '15:30:01', 330],
    ['five hours and twenty minutes later, which is no zone', '15:20:00', 0],
  ])('%s', (_what, start, minutes) => {
    expect(minutesOff(at('10:00:00'), at(start))).toBe(minutes);
  });

  test('and nothing is told where either time is missing, or where they are days apart', () => {
    expect(minutesOff(null, at('10:00:00'))).toBeNull();
    expect(minutesOff(at('10:00:00'), null)).toBeNull();
    expect(minutesOff('2026-01-01T10:00:00.000Z', at('10:00:00'))).toBe(0);
  });
});

let app: TestApp | undefined;
afterEach(() => app?.close());

const epoch = (time: string) => Date.parse(at(time)) / 1000;
const report = (callSid: string, StartTime: string, more: Record<string, string> = {}) => ({
  CallSid: callSid,
  SourceNumber: '9812345678',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime,
  EndTime: '2026-01-05 23:00:00',
  TalkDuration: '40',
  ...more,
});

const warnings = ({ logged }: TestApp) => logged.filter(({ msg }) => String(msg).includes('time zone of an account'));

test('reports that start at another time than their CallSid says are told of in the log, once, without personal data', async () => {
  app = await startApp({ timeZone: 'UTC' }); // while the provider writes India's time
  for (let n = 0; n < 3; n++)
    expect(await app.send(report(`${epoch('04:30:00')}.${n}`, '2026-01-05 10:00:00'))).toBe(200);
  expect(warnings(app)).toEqual([
    expect.objectContaining({
      account: app.account.id,
      timeZone: 'UTC',
      minutesOff: 330,
      reportsOff: 1,
      reportsSeen: 1,
    }),
  ]);
  expect(JSON.stringify(warnings(app))).not.toContain(String(epoch('04:30:00')));
  const { database, account } = app;
  expect(await checkRecentZones(database.db, { accountId: account.id, provider: callerDesk, last: 2 })).toEqual({
    of: 2,
    off: 2,
    minutes: 330,
  });
});

test('a right zone, outgoing calls, live events and ids without a time raise no alarm', async () => {
  app = await startApp();
  await app.send(report(`${epoch('04:30:00')}.1`, '2026-01-05 10:00:04'));
  await app.send(report('123456789', '2026-01-05 10:00:00'));
  await app.send(report(`${epoch('10:00:00')}.2`, '2026-01-05 10:00:00', { Direction: 'WEBOBD' }));
  await app.send({
    type: 'Live Call',
    CallSid: `${epoch('10:00:00')}.3`,
    StartTime: '2026-01-05 10:00:00',
    Direction: 'IVR',
  });
  expect(warnings(app)).toEqual([]);
  const { database, account } = app;
  expect(await checkRecentZones(database.db, { accountId: account.id, provider: callerDesk, last: 9 })).toEqual({
    of: 1,
    off: 0,
    minutes: 0,
  });
});

test('each account is warned of by itself, and again after an hour with the count until then', async () => {
  app = await startApp();
  const { account } = app;
  let now = 0;
  const log = { warn: vi.fn() };
  const check = new ZoneCheck(log, () => now);
  const off = {
    kind: 'REPORT',
    direction: 'INBOUND',
    sidStartedAt: at('10:00:00'),
    sentStartedAt: at('15:30:00'),
  } as const;
  check.see(account, off);
  check.see(account, off);
  check.see({ ...account, id: account.id + 1 }, off);
  expect(log.warn).toHaveBeenCalledTimes(2);
  now = 3_600_000;
  check.see(account, off);
  expect(log.warn).toHaveBeenCalledTimes(3);
  expect(log.warn).toHaveBeenLastCalledWith(
    expect.objectContaining({ reportsOff: 3, reportsSeen: 3 }),
    expect.any(String),
  );
});
