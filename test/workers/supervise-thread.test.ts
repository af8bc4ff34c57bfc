import { afterEach, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { newBeats, Pulse } from '../../src/workers/heartbeat.ts';
import { type Patience, superviseThread } from '../../src/workers/supervise-thread.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

type Line = { thread?: string; code?: string; failure?: Record<string, unknown>; msg: string };

function start(data: object, patience: Partial<Patience> = {}) {
  const lines: Line[] = [];
  const heard: string[] = [];
  let ends = 0;
  const tell = (told: object, msg: string) => lines.push({ ...told, msg });
  const thread = superviseThread<string, string>({
    file: projectFile('test/workers/faulty-thread.mjs'),
    name: 'faulty',
    data,
    heapMb: 64,
    youngMb: 16,
    log: { error: tell, warn: tell },
    onMessage: (message) => heard.push(message),
    onEnd: () => {
      ends += 1;
    },
    patience: { stuckMs: 2_000, againMs: 100, stopMs: 1_000, ...patience },
  });
  cleanUp.push(thread.stop);
  return { thread, lines, heard, ends: () => ends };
}

const patient = { timeout: 30_000 };
const upTimes = (heard: string[]) => heard.filter((message) => message === 'up').length;

test.each(['loop', 'pattern'])(
  'a thread stuck in a %s is ended, and started anew; it is told of once',
  { timeout: 60_000 },
  async (fault) => {
    const { thread, lines, heard, ends } = start({});
    await expect.poll(() => thread.isAlive(), patient).toBe(true);
    thread.tell(fault);
    await expect.poll(() => upTimes(heard), patient).toBe(2);
    await expect.poll(() => thread.isAlive(), patient).toBe(true);
    expect(ends()).toBe(1);
    expect(lines).toEqual([expect.objectContaining({ thread: 'faulty', code: 'STUCK' })]);
  },
);

test('one that waits for something else is not stuck, however long', { timeout: 60_000 }, async () => {
  const { thread, lines, heard } = start({}, { stuckMs: 1_500 });
  thread.tell('wait');
  await expect.poll(() => heard, patient).toEqual(['up', 'waited']);
  expect(lines).toEqual([]);
});

test('one that runs out of memory ends alone, and is told of by its code', { timeout: 60_000 }, async () => {
  const { thread, lines, heard } = start({}, { stuckMs: 30_000 });
  thread.tell('objects');
  await expect.poll(() => upTimes(heard), patient).toBe(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ msg: 'a thread broke off', failure: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
});

test('one that cannot start is tried again after growing pauses, and told of by its code', {
  timeout: 60_000,
}, async () => {
  const { thread, lines, ends } = start({ failsAtStart: true }, { againMs: 200, longestAgainMs: 1_000 });
  const begun = performance.now();
  await expect.poll(ends, patient).toBe(5);
  // 200, 400, 800 and 1,000 ms lie between five starts.
  expect(performance.now() - begun).toBeGreaterThan(2_300);
  expect(thread.isAlive()).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ failure: { code: 'ERR_OF_A_TEST' } });
  expect(JSON.stringify(lines)).not.toContain('9812345678');
});

test('one that hangs before it has come up is ended as well', { timeout: 60_000 }, async () => {
  const { lines, ends } = start({ hangsAtStart: true }, { startMs: 2_000 });
  await expect.poll(ends, patient).toBeGreaterThan(0);
  expect(lines[0]).toMatchObject({ code: 'NOT_STARTED' });
});

test.each([
  ['stuck', {}, 'loop'],
  ['hanging at its start', { hangsAtStart: true }, null],
  ['deaf', { isDeaf: true }, null],
  ['waiting to be started again', { failsAtStart: true }, null],
])('told to stop, one that is %s is over in time, and stays so', { timeout: 60_000 }, async (_what, data, fault) => {
  const { thread, heard } = start(data, { againMs: 60_000, stuckMs: 60_000 });
  if (fault) {
    await expect.poll(() => thread.isAlive(), patient).toBe(true);
    thread.tell(fault);
  }
  const begun = performance.now();
  await thread.stop();
  expect(performance.now() - begun).toBeLessThan(6_000);
  expect(thread.isAlive()).toBe(false);
  expect(upTimes(heard)).toBeLessThanOrEqual(1);
});

test('a process that was frozen, or a machine that slept, finds no thread stuck; one that is silent by itself it does', () => {
  const beats = newBeats();
  Atomics.add(beats, 0, 1);
  const pulse = new Pulse(beats, 0);
  expect(pulse.look(500, 500)).toBe(0);
  expect(pulse.look(40_000, 500)).toBe(1_000);
  Atomics.add(beats, 0, 1);
  expect(pulse.look(40_500, 500)).toBe(0);
  let silent = 0;
  for (let now = 41_000; now <= 51_000; now += 500) silent = pulse.look(now, 500);
  expect(silent).toBe(10_500);
});
