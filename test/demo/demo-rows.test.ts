import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { demoAccounts } from '../../src/demo/demo-company.ts';
import { demoRows } from '../../src/demo/demo-rows.ts';

const until = Date.parse('2026-03-11T08:00:00Z');
type Row = Record<string, string>;

function rowsOf(place: number, { seed = 1, days = 90, after = null as number | null, at = until } = {}): Row[] {
  const account = demoAccounts[place];
  if (!account) throw new Error('no such account');
  return [...demoRows(account, { seed, days, after, until: at })].flat().map(({ body }) => JSON.parse(body.toString()));
}

const all = demoAccounts.flatMap((_, place) => rowsOf(place));
const distinct = (name: string, rows = all) => new Set(rows.map((row) => row[name]).filter(Boolean));

test('the same seed makes the same calls, whenever they are made, and another seed others', () => {
  const now = rowsOf(0, { days: 20 });
  const sids = new Set(now.map(({ CallSid }) => CallSid));
  const hourLater = rowsOf(0, { at: until + 3_600_000, days: 20 });
  expect(hourLater.length).toBeGreaterThan(now.length);
  expect(hourLater.slice(0, now.length)).toEqual(now);
  const daysLater = rowsOf(0, { at: until + 5 * 86_400_000, days: 25 });
  expect(daysLater.filter(({ CallSid }) => sids.has(CallSid)).length).toBeGreaterThan(sids.size * 0.98);
  const others = rowsOf(0, { seed: 2, days: 20 }).filter(({ CallSid }) => !sids.has(CallSid));
  expect(others.length).toBeGreaterThan(sids.size * 0.9);
});

test('going on brings what started later, and nothing again', () => {
  const after = until - 5 * 3_600_000;
  const before = new Set(rowsOf(0, { at: after, days: 3 }).map(({ CallSid }) => CallSid));
  const rest = rowsOf(0, { after, days: 3 });
  expect(rest.length).toBeGreaterThan(20);
  expect(rest.filter(({ CallSid }) => before.has(CallSid))).toEqual([]);
});

test('a company takes part as it is told of', () => {
  expect(distinct('receiver_name').size).toBe(12);
  expect(distinct('campid').size).toBe(6);
  expect(distinct('call_group').size).toBe(5);
  expect(distinct('DestinationNumber').size).toBe(4);
  expect(distinct('CallSid').size).toBeGreaterThan(18_000);
});

test('its days differ: weekends and a holiday are quiet, one is bad, and some call again', () => {
  const byDay = new Map<string, Row[]>();
  for (const row of all) {
    const day = row.StartTime?.slice(0, 10) ?? '';
    byDay.set(day, [...(byDay.get(day) ?? []), row]);
  }
  const days = [...byDay].slice(1, -1).map(([day, rows]) => {
    const gaveUp = rows.filter(({ Status }) => Status === 'abandonment').length / rows.length;
    return { weekday: new Date(day).getUTCDay(), calls: rows.length, gaveUp };
  });
  const working = days.filter(({ weekday }) => weekday >= 1 && weekday <= 5);
  const median = working.map(({ calls }) => calls).sort((a, b) => a - b)[Math.floor(working.length / 2)] ?? 0;
  const sundays = days.filter(({ weekday }) => weekday === 0);
  expect(Math.max(...sundays.map(({ calls }) => calls))).toBeLessThan(median / 2);
  expect(working.some(({ calls }) => calls < median / 2)).toBe(true);
  expect(working.some(({ calls, gaveUp }) => calls > median * 1.2 && gaveUp > 0.25)).toBe(true);
  expect(working.filter(({ gaveUp }) => gaveUp > 0.25)).toHaveLength(1);
  const callers = all.filter(({ Direction }) => Direction === 'IVR').map(({ SourceNumber }) => SourceNumber);
  expect(new Set(callers).size).toBeLessThan(callers.length * 0.7);
});

test('somebody withholds their number, and some of it cannot be read', () => {
  expect(all.filter(({ SourceNumber }) => SourceNumber === 'anonymous').length).toBeGreaterThan(100);
  expect(all.filter(({ CallSid }) => CallSid?.includes('E+')).length).toBeGreaterThan(10);
  expect(all.filter(({ EndTime }) => EndTime === 'to be told').length).toBeGreaterThan(10);
  expect(all.filter(({ Status }) => Status === 'DIALER ERROR').length).toBeGreaterThan(5);
});

test('no number is anybody’s, and each is one that India may have; recordings are nowhere', () => {
  const numbers = ['SourceNumber', 'DestinationNumber', 'DialWhomNumber'].flatMap((name) => [...distinct(name)]);
  for (const number of numbers) {
    if (number === 'anonymous' || number === undefined) continue;
    const read = parsePhoneNumberFromString(number, 'IN');
    if (read?.number.startsWith('+915000') && read.isPossible() && !read.isValid()) continue;
    throw new Error(`${number} may be somebody's, or is none`);
  }
  const hosts = new Set([...distinct('CallRecordingUrl')].map((url) => new URL(url ?? '').hostname));
  expect([...hosts]).toEqual(['recordings.example']);
});

test('an agent talks with one person at a time, nearly always', () => {
  const agents = new Map<string, { from: string; to: string }[]>();
  for (const { receiver_name: name, LegB_Picked_time: from, EndTime: to } of all) {
    if (name && from && to && to !== 'to be told') agents.set(name, [...(agents.get(name) ?? []), { from, to }]);
  }
  let [talks, overlapping] = [0, 0];
  for (const spans of agents.values()) {
    spans.sort((a, b) => a.from.localeCompare(b.from));
    talks += spans.length;
    overlapping += spans.filter(({ from }, i) => from < (spans[i - 1]?.to ?? '')).length;
  }
  expect(overlapping).toBeLessThan(talks * 0.03);
});
