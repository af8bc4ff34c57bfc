import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Job, repeatJob } from '../../src/jobs/repeat-job.ts';

let logged: Record<string, unknown>[];
const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });

beforeEach(() => {
  logged = [];
});
afterEach(() => vi.restoreAllMocks());

/** Runs a job until it has run so often. */
async function runTimes(
  times: number,
  run: (run: number) => Promise<number>,
  waits: Pick<Job, 'everyMs' | 'againAfterMs'> = { everyMs: 1 },
): Promise<void> {
  let runs = 0;
  await new Promise<void>((resolve) => {
    const stop = repeatJob(
      {
        name: 'test',
        firstAfterMs: 1,
        ...waits,
        run: async () => {
          runs += 1;
          if (runs === times) queueMicrotask(() => void stop().then(resolve));
          return run(runs);
        },
      },
      log,
    );
  });
  expect(runs).toBe(times);
}

test('a job that fails is logged without what it was told, and tried again', async () => {
  await runTimes(3, async (run) => {
    if (run === 1) throw new Error('of +919812345678');
    return run === 2 ? 5 : 0;
  });
  expect(logged).toMatchObject([
    { level: 50, job: 'test', msg: 'a job failed, and is tried again' },
    { level: 30, job: 'test', changed: 5, msg: 'a job is done' },
  ]);
  expect(JSON.stringify(logged)).not.toContain('9812345678');
});

test('one that fails does not wait for its next turn', async () => {
  const failing = async () => {
    throw new Error('away');
  };
  await runTimes(3, failing, { everyMs: 3_600_000, againAfterMs: 1 });
});

test('it never runs twice at once', async () => {
  let running = 0;
  await runTimes(5, async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return 0;
  });
});

test('stopping waits for the run that is under way, and tells it', async () => {
  let isOver = false;
  let begun: () => void = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const run = async (signal: AbortSignal) => {
    begun();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    isOver = true;
    return 0;
  };
  const stop = repeatJob({ name: 'test', firstAfterMs: 1, everyMs: 1, run }, log);
  await hasBegun;
  await stop();
  expect(isOver).toBe(true);
});

test('stopped before its first run it never runs', async () => {
  const run = vi.fn(async () => 0);
  const stop = repeatJob({ name: 'test', firstAfterMs: 60_000, everyMs: 1, run }, log);
  await stop();
  expect(run).not.toHaveBeenCalled();
});
