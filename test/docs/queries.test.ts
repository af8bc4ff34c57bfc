import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { packAccounts } from '../../src/columnar/index.ts';
import { bringHistory } from '../../src/demo/bring-history.ts';
import { runLiveCalls } from '../../src/demo/live-calls.ts';
import { prepareAccounts } from '../../src/demo/prepare-accounts.ts';
import { sendDelivery } from '../../src/demo/send-delivery.ts';
import { projectFile } from '../../src/project-file.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { databaseClock } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { askOrSubscribe } from '../support/first-answer.ts';
import { theSampleCall } from '../support/sample-call.ts';

const folder = projectFile('docs', 'queries');
const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const since = new Date(Date.now() - 86_400_000).toISOString();

/** Every value of one name, wherever it stands in an answer. */
function valuesOf(answer: unknown, name: string): unknown[] {
  if (answer === null || typeof answer !== 'object') return [];
  return Object.entries(answer).flatMap(([key, value]) => (key === name ? [value] : valuesOf(value, name)));
}

/** The numbers of an answer. */
function numbersIn(answer: unknown): number[] {
  if (typeof answer === 'number') return [answer];
  if (answer === null || typeof answer !== 'object') return [];
  return Object.values(answer).flatMap(numbersIn);
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

describe('every query of docs/queries', () => {
  test.each(files)('%s names no date, number or zone, and has an operation and a comment', (file) => {
    const text = textOf(file);
    expect(text).toMatch(/^# [A-Z`]/);
    expect(text).toMatch(/^(?:query|subscription) [A-Z]\w+/m);
    expect(text).not.toMatch(/\d{4}-\d\d|\d{5}|Asia|Europe|America/);
  });

  test('their titles are whole words, each once', () => {
    const names = files.map((file) => /^(?:query|subscription) (\w+)/m.exec(textOf(file))?.[1]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(files)('%s is answered where there is no call', async (file) => {
    const { errors, data } = await askOrSubscribe(app, textOf(file), { since });
    expect(errors).toBeUndefined();
    expect(data).toBeTruthy();
  });

  test.each(['05-recent-calls.graphql', '02-one-call.graphql'])('%s shows a call that was sent', async (file) => {
    expect(await app.send(theSampleCall)).toBe(200);
    expect(valuesOf((await app.ask(textOf(file))).data, 'callSid')).toEqual([theSampleCall.CallSid]);
  });
});

describe('beside the demo', () => {
  beforeAll(async () => {
    const prepared = await prepareAccounts(app.database.db, administrator);
    for (const one of prepared) {
      // A tenth of its calls are enough.
      const made = { ...one.made, callsOfDay: one.made.callsOfDay / 10 };
      await bringHistory(app.database.pool, { ...one, made }, { providers, seed: 1, days: 31, now: Date.now() });
    }
    const { signal } = new AbortController();
    await runLiveCalls({
      accounts: prepared.map(({ made }) => made),
      rate: 30,
      seed: 1,
      forMs: 100,
      signal,
      send: (place, delivery) =>
        sendDelivery(`${app.url}/webhooks/callerdesk/${prepared[place]?.secret}`, delivery, signal),
    });
    await packAccounts(app.database.pool, { clock: databaseClock });
  });

  // Nothing of the demo is merged, or old enough to be deleted; a day has just begun at times.
  const mayBeEmpty = ['endedCalls', 'today'];

  test.each(files)('%s has something to show', async (file) => {
    const { errors, data } = await askOrSubscribe(app, textOf(file), { since });
    expect(errors).toBeUndefined();
    for (const [root, answer] of Object.entries(data ?? {})) {
      if (mayBeEmpty.includes(root)) continue;
      for (const name of ['nodes', 'timeSeries', 'heatMap']) {
        for (const rows of valuesOf(answer, name)) expect(rows, `${root}: ${name}`).not.toEqual([]);
      }
      const rows = valuesOf(answer, 'nodes');
      expect(rows.length > 0 || numbersIn(answer).some((number) => number > 0), root).toBe(true);
    }
  });

  test('a breakdown and the rest of it add up to the totals', async () => {
    type Figures = { callCount: number };
    type Breakdown = { nodes: { metrics: Figures }[]; other: Figures };
    const { callMetrics } = await app.query<{ callMetrics: { totals: Figures; breakdown: Breakdown } }>(
      textOf('24-busiest-agents-and-the-rest.graphql'),
    );
    const { totals, breakdown } = callMetrics;
    const counted = breakdown.nodes.reduce((sum, { metrics }) => sum + metrics.callCount, breakdown.other.callCount);
    expect(counted).toBe(totals.callCount);
  });
});
