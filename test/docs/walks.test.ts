import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { sampleCall } from '../../src/providers/callerdesk/callerdesk.ts';
import { startApp, type TestApp } from '../support/app.ts';

// Which files one warm request enters, by V8's coverage. `npm run walks` writes them to docs/walks.json.

/** So many files a newcomer has to open to follow one request. Fewer are better: 40 and 35 are wanted. */
const most = { delivery: 55, page: 89 };

const page = '{ calls(first: 10, orderBy: { field: STARTED_AT, direction: DESC }) { nodes { id startedAt outcome } } }';

let app: TestApp;
const session = new Session();
const walks: Record<string, string[]> = {};

beforeAll(async () => {
  app = await startApp();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
});
afterAll(async () => {
  session.disconnect();
  await app.close();
  if (process.env.WALKS === 'write') {
    writeFileSync(projectFile('docs/walks.json'), `${JSON.stringify(walks, null, 2)}\n`);
  }
});

test('a warm delivery enters few files', async () => {
  let sent = 0;
  const deliver = async () => expect(await app.send({ ...sampleCall, CallSid: `1672649960.${sent++}` })).toBe(200);
  expect(await filesEntered('delivery', deliver)).toBeLessThanOrEqual(most.delivery);
});

test('a warm page of calls enters few files', async () => {
  expect(await filesEntered('page', () => app.query(page))).toBeLessThanOrEqual(most.page);
});

/** How many files of src one more request enters after it has been made some times. */
async function filesEntered(name: string, request: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 5; i++) await request();
  await session.post('Profiler.takePreciseCoverage');
  await request();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const entered = result
    .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
    .map(({ url }) => relative(projectFile('.'), url.startsWith('file:') ? fileURLToPath(url) : url))
    .filter((file) => file.startsWith('src/'));
  walks[name] = [...new Set(entered)].sort();
  return walks[name].length;
}
