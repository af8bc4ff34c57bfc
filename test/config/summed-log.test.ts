import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SummedLog } from '../../src/summed-log.ts';

type Line = Record<string, unknown>;
let lines: Line[];
let log: SummedLog;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const tell = (level: string) => (told: object, msg?: string) => lines.push({ level, msg, ...told });
  log = new SummedLog({ error: tell('error'), warn: tell('warn') } as never);
});
afterEach(() => {
  log.close();
  vi.useRealTimers();
});

const full = { kind: 'error', sqlstate: '53100', routine: 'mdextend', stack: ['    at a', '    at b'] };

test('the first of a cause is told at once, and then how many more there were every ten seconds while it goes on', () => {
  for (let second = 0; second < 35; second++) {
    for (let n = 0; n < 500; n++) log.error({ requestId: `${second}-${n}`, failure: full }, 'not kept');
    vi.advanceTimersByTime(1000);
  }
  expect(lines.map(({ requestId, count, seconds }) => [requestId, count, seconds])).toEqual([
    ['0-0', undefined, undefined],
    ['0-1', 4999, 10],
    ['10-0', 5000, 10],
    ['20-0', 5000, 10],
  ]);
  for (const line of lines) expect(line).toMatchObject({ level: 'error', msg: 'not kept', failure: full });
  log.close();
  expect(lines.at(-1)).toMatchObject({ requestId: '30-0', count: 2500 });
  expect(lines).toHaveLength(5);
});

test('after ten quiet seconds a cause is news again', () => {
  log.error({ failure: full }, 'not kept');
  vi.advanceTimersByTime(10_000);
  expect(lines).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
  log.error({ failure: full }, 'not kept');
  expect(lines).toHaveLength(2);
});

test('causes that differ by what failed, by code or by place do not hide each other; requests and stacks do not tell them apart', () => {
  const bug = (place: string) => ({ kind: 'TypeError', stack: [`    at ${place}`, '    at same'] });
  log.error({ requestId: 'a', failure: full }, 'not kept');
  log.error({ requestId: 'b', failure: { ...full, routine: 'FileWrite', stack: ['    at c'] } }, 'not kept');
  expect(lines).toHaveLength(1);
  log.error({ failure: full }, 'a field failed');
  log.error({ failure: { ...full, sqlstate: '25006' } }, 'not kept');
  log.error({ failure: { kind: 'Error', code: 'ECONNREFUSED' } }, 'not kept');
  log.error({ failure: bug('x') }, 'not kept');
  log.error({ failure: bug('y') }, 'not kept');
  log.error({ job: 'ageing', failure: full }, 'not kept');
  log.warn({ failure: full }, 'not kept');
  expect(lines).toHaveLength(8);
});
