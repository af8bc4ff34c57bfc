import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  const accountId = app.account.id;
  await insertCalls(
    app.database.db,
    Array.from({ length: 30 }, (_, i) =>
      aCall({
        accountId,
        callSid: `sid-${i}`,
        startedAt: `2026-01-${String(1 + i).padStart(2, '0')}T18:45:00.250Z`,
        updatedAt: `2026-02-01T00:00:${String(i).padStart(2, '0')}.000Z`,
        durationSeconds: i * 10,
        outcome: i % 3 === 0 ? 'MISSED' : 'ANSWERED',
        disposition: i % 3 === 0 ? 'NO_ANSWER' : 'ANSWERED',
        customerNumber: '+919812345678',
        agentName: i % 2 === 0 ? 'Asha, "Front"' : '=1+1',
      }),
    ),
  );
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });
const post = (path: string, body: unknown) =>
  fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const rowsOf = async (response: Response) =>
  parse(await response.text(), { columns: true }) as Record<string, string>[];
const sids = async (response: Response) => (await rowsOf(response)).map(({ callSid }) => Number(callSid?.slice(4)));

test('a filter is written as parameters, an operator behind a dot, and the same by POST', async () => {
  const answer = await get(
    '/export/calls.csv?columns=callSid&outcome=MISSED&durationSeconds.gte=60&durationSeconds.lt=150',
  );
  expect(await sids(answer)).toEqual([6, 9, 12]);
  const other = { columns: ['callSid'], outcome: 'MISSED', 'durationSeconds.gte': 60, durationSeconds: { lt: 150 } };
  expect(await sids(await post('/export/calls.csv', other))).toEqual([6, 9, 12]);
  const filter = encodeURIComponent(
    JSON.stringify({ or: [{ callSid: { eq: 'sid-3' } }, { callSid: { eq: 'sid-4' } }] }),
  );
  expect(await sids(await get(`/export/calls.csv?columns=callSid&outcome=MISSED,ABANDONED&filter=${filter}`))).toEqual([
    3,
  ]);
  const number = { columns: 'callSid', customerNumber: { endsWith: '5678' }, limit: 2 };
  expect(await sids(await post('/export/calls.csv', number))).toEqual([0, 1]);
});

test('days are those of the zone', async () => {
  // 18:45 UTC is a quarter past midnight of the next day in India.
  const india = await get('/export/calls.csv?columns=callSid,startedAt&from=2026-01-03&to=2026-01-04&times=local');
  expect(await rowsOf(india)).toEqual([{ callSid: 'sid-1', startedAt: '2026-01-03 00:15:00.250' }]);
  const utc = await get('/export/calls.csv?columns=callSid,startedAt&from=2026-01-03&to=2026-01-04&timeZone=UTC');
  expect(await rowsOf(utc)).toEqual([{ callSid: 'sid-2', startedAt: '2026-01-03T18:45:00.250Z' }]);
});

test('an export goes on behind the last row that came, and what changed since comes alone', async () => {
  const first = await rowsOf(await get('/export/calls.csv?limit=12'));
  const rest = await sids(await get(`/export/calls.csv?after=${first.at(-1)?.id}`));
  expect([...first.map(({ callSid }) => Number(callSid?.slice(4))), ...rest]).toEqual(
    Array.from({ length: 30 }, (_, i) => i),
  );
  const changed = await get('/export/calls.csv?columns=callSid&updatedSince=2026-02-01T00:00:27Z');
  expect(await sids(changed)).toEqual([27, 28, 29]);
  expect(Date.parse(changed.headers.get('x-data-through') ?? '')).toBeGreaterThan(Date.now() - 60_000);
});

test('CSV is as it was asked for', async () => {
  const answer = await get('/export/calls.csv?limit=2&columns=agentName,customerNumber&bom=true&numbers=text');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="calls-\d{4}-\d\d-\d\d\.csv"$/);
  const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
  expect(text).toBe(
    '\ufeffagentName,customerNumber\r\n"Asha, ""Front""","=""+919812345678"""\r\n\'=1+1,"=""+919812345678"""\r\n',
  );
  const kept = await get('/export/calls.csv?limit=2&columns=agentName&formulas=keep&header=false');
  expect(await kept.text()).toBe('"Asha, ""Front"""\r\n=1+1\r\n');
});

test('the header Accept tells the form where the address does not', async () => {
  const typeOf = async (accept: string) =>
    (await get('/export/calls?limit=1&columns=id', { accept })).headers.get('content-type');
  expect(await typeOf('text/csv')).toMatch(/^text\/csv/);
  expect(await typeOf('*/*')).toMatch(/^text\/csv/);
  expect(await typeOf('application/x-ndjson;q=0.5, application/json')).toMatch(/^application\/json/);
  const none = await get('/export/calls', { accept: 'image/png' });
  expect(none.status).toBe(406);
  expect(await none.json()).toMatchObject({ status: 406, detail: expect.stringContaining('text/csv') });
});

const refused: [path: string, status: number, says: RegExp][] = [
  ['/export/calls.csv?colums=id', 400, /colums: is no parameter of calls.*columns/s],
  ['/export/calls.csv?columns=id,nme', 400, /"nme" is unknown.*callSid/s],
  ['/export/calls.csv?columns=id,id', 400, /twice/],
  ['/export/calls.csv?limit=0', 400, /limit.*from 1/],
  ['/export/calls.csv?limit=1&limit=2', 400, /twice/],
  ['/export/calls.xlsx', 400, /xlsx.*csv, ndjson, json/s],
  ['/export/metrics.parquet', 400, /parquet.*csv, json/s],
  ['/export/calls.parquet?times=local', 400, /times.*leave it out/s],
  ['/export/agents.csv', 404, /calls\.csv/],
  ['/export/calls.csv?timeZone=Mars', 400, /timeZone.*Asia\/Kolkata/],
  ['/export/calls.csv?from=yesterday', 400, /from: is no instant.*2026-11-01/],
  ['/export/calls.csv?from=2026-02-30', 400, /from: is no instant/],
  ['/export/calls.csv?from=2026-02-03&to=2026-02-01', 400, /to: is before from/],
  ['/export/calls.csv?last=P7D&from=2026-01-01', 400, /together/],
  ['/export/calls.csv?last=7', 400, /last.*P7D/],
  ['/export/calls.csv?outcome=LOST', 400, /outcome.*ANSWERED, MISSED/s],
  ['/export/calls.csv?durationSeconds.above=1', 400, /durationSeconds\.gte/],
  ['/export/calls.csv?durationSeconds.gte=long', 400, /durationSeconds\.gte.*whole number/s],
  ['/export/calls.csv?startedAt=2026-01-01T00:00:00Z', 400, /needs an operator.*startedAt\.gte/s],
  ['/export/calls.csv?customerNumber=9812345678', 400, /addresses end in logs.*POST/s],
  ['/export/calls.csv?filter=%7B%22agentNumber%22%3A%7B%22eq%22%3A%229812345678%22%7D%7D', 400, /POST/],
  ['/export/calls.csv?filter=%5B1', 400, /filter.*JSON object/s],
  ['/export/calls.csv?filter=%7B%22x%22%3A1%7D', 400, /not defined.*callSid/s],
  ['/export/calls.csv?outcome=MISSED&filter=%7B%22outcome%22%3A%7B%22eq%22%3A%22MISSED%22%7D%7D', 400, /twice/],
  ['/export/calls.csv?times=moon', 400, /utc, local/],
  ['/export/calls.json?bom=true', 400, /bom.*CSV/],
  ['/export/calls.csv?after=nonsense', 400, /after.*id/],
  ['/export/calls.csv?interval=DAY', 400, /interval.*one of metrics/s],
];

test.each(refused)('%s is refused: %i', async (path, status, says) => {
  const answer = await get(path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = (await answer.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({
    status,
    type: 'about:blank',
    title: expect.any(String),
    requestId: expect.any(String),
  });
  expect(problem.detail).toMatch(says);
  expect(JSON.stringify(problem)).not.toContain('9812345678');
});

test('what is no request for an export is told so, too', async () => {
  const nested = `{"a":${'['.repeat(100)}${']'.repeat(100)}}`;
  const headers = { 'content-type': 'application/json' };
  const send = (init: RequestInit) => fetch(`${app.url}/export/calls.csv`, init);
  const answers = [
    await send({ method: 'DELETE' }),
    await send({ method: 'HEAD' }),
    await send({ method: 'POST', headers, body: '{' }),
    await send({ method: 'POST', headers, body: nested }),
    await send({ method: 'POST', headers, body: '[]' }),
    await send({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'last=P7D' }),
    await fetch(`${app.url}/export/calls.csv?last=P7D`, { method: 'POST', headers, body: '{}' }),
    await send({ headers: { origin: 'https://elsewhere.example' } }),
    await send({ headers: { 'sec-fetch-site': 'cross-site' } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([405, 405, 400, 400, 400, 415, 400, 403, 403]);
  for (const answer of answers) expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});
