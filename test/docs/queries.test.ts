import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';

const folder = projectFile('docs', 'queries');
const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));

/** Every value of one name, wherever it stands in an answer. */
function valuesOf(answer: unknown, name: string): unknown[] {
  if (answer === null || typeof answer !== 'object') return [];
  return Object.entries(answer).flatMap(([key, value]) => (key === name ? [value] : valuesOf(value, name)));
}

describe('every query of docs/queries', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    expect(await app.send(theSampleCall)).toBe(200);
  });
  afterAll(() => app?.close());

  test.each(files)('%s runs', async (file) => {
    const since = new Date().toISOString();
    const { errors, data } = await app.ask(readFileSync(join(folder, file), 'utf8'), { since });
    expect(errors).toBeUndefined();
    expect(data).toBeTruthy();
  });

  test.each(['01-recent-calls.graphql', '02-one-call.graphql'])('%s shows the sample call', async (file) => {
    const { data } = await app.ask(readFileSync(join(folder, file), 'utf8'));
    expect(valuesOf(data, 'callSid')).toEqual([theSampleCall.CallSid]);
  });

  test.each(['05-calls-by-day.graphql', '06-answer-rate-by-agent.graphql'])(
    '%s counts the sample call',
    async (file) => {
      const { data } = await app.ask(readFileSync(join(folder, file), 'utf8'));
      expect(valuesOf(data, 'callCount')).toContain(1);
    },
  );
});
