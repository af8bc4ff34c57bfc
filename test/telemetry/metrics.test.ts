import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { createKey } from '../../src/access/keys/create-key.ts';
import { administrator } from '../../src/access/viewer.ts';
import { projectFile } from '../../src/project-file.ts';
import { ServiceMetrics } from '../../src/telemetry/service-metrics.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';

const adminToken = 'an-admin-token-for-tests';
const json = { 'content-type': 'application/json', 'x-api-key': adminToken };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { adminToken } });
});
afterAll(() => app.close());

const read = (headers: Record<string, string> = { 'x-api-key': adminToken }) =>
  fetch(`${app.url}/metrics`, { headers });
const metricsText = async () => (await read()).text();
/** The value of a sample, named as it is written there. */
async function sampleOf(sample: string): Promise<number | null> {
  const line = (await metricsText()).split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? null : Number(line.slice(sample.length + 1));
}
const ask = (query: string) =>
  fetch(`${app.url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify({ query }) });

describe('/metrics', () => {
  test('is for keys with the scope admin that are bound to no account', async () => {
    const make = async (name: string, scopes: ('admin' | 'metrics')[], accountIds: number[] | null) => {
      const wanted = { name, scopes, accountIds, expiresAt: null, documentsOnly: false, budget: null };
      const asked = { now: instantOf(Date.now()), path: [] };
      return (await createKey(app.database.pool, administrator, wanted, asked)).secret;
    };
    const keys = {
      admin: await make('watcher', ['admin'], null),
      bound: await make('bound', ['admin', 'metrics'], [app.account.id]),
      metrics: await make('bi', ['metrics'], null),
    };
    await vi.waitUntil(async () => (await read({ 'x-api-key': keys.metrics })).status === 403, { timeout: 10_000 });
    const answered = await read({ authorization: `Bearer ${keys.admin}` });
    expect(answered.status).toBe(200);
    expect(answered.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answered.headers.get('cache-control')).toBe('no-store');
    expect((await read({ 'x-api-key': keys.bound })).status).toBe(403);
    expect((await read({})).status).toBe(401);
    expect((await read({ 'x-api-key': adminToken, origin: 'https://evil.example' })).status).toBe(403);
  });

  test('counts deliveries by provider and outcome, and measures their commits', async () => {
    const recorded = 'call_analytics_deliveries_total{provider="callerdesk",outcome="RECORDED"}';
    const before = (await sampleOf(recorded)) ?? 0;
    expect(await app.send(theSampleCall)).toBe(200);
    expect(await app.send(theSampleCall)).toBe(200);
    await app.send({ type: 'call_report', CallSid: { of: 'x' } });
    await fetch(app.webhookUrl, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(await sampleOf(recorded)).toBe(before + 1);
    for (const outcome of ['DUPLICATE', 'UNREADABLE', 'REFUSED']) {
      expect(await sampleOf(`call_analytics_deliveries_total{provider="callerdesk",outcome="${outcome}"}`)).toBe(1);
    }
    expect(await sampleOf('call_analytics_delivery_commit_seconds_count')).toBeGreaterThanOrEqual(3);
    expect(await sampleOf('call_analytics_delivery_commit_seconds_sum')).toBeGreaterThan(0);
    expect(await sampleOf('call_analytics_delivery_queue_length')).toBe(0);
    expect(await sampleOf('call_analytics_delivery_queue_oldest_seconds')).toBe(0);
    await vi.waitUntil(async () => (await sampleOf('call_analytics_inbox_deliveries{state="RECORDED"}')) === 1, {
      timeout: 20_000,
      interval: 500,
    });
    expect(await sampleOf('call_analytics_inbox_deliveries{state="UNREADABLE"}')).toBe(1);
    const newest = (await sampleOf('call_analytics_newest_delivery_timestamp_seconds')) ?? 0;
    expect(Math.abs(newest - Date.now() / 1000)).toBeLessThan(60);
    // Nothing packs here: the call waits.
    expect(await sampleOf('call_analytics_packing_lag_seconds')).toBeGreaterThan(0);
  }, 40_000);

  test('tells deliveries that wait, and for how long', async () => {
    const holder = await app.database.pool.connect();
    await holder.query('begin; lock table webhook_events in access exclusive mode');
    const sent = app.send({ ...theSampleCall, CallSid: 'waits' });
    await vi.waitUntil(async () => (await sampleOf('call_analytics_delivery_queue_length')) === 1, { timeout: 10_000 });
    const oldest = () => sampleOf('call_analytics_delivery_queue_oldest_seconds');
    const first = (await oldest()) ?? 0;
    await vi.waitUntil(async () => ((await oldest()) ?? 0) > first, { timeout: 10_000 });
    await holder.query('rollback');
    holder.release();
    expect(await sent).toBe(200);
    expect(await sampleOf('call_analytics_delivery_queue_length')).toBe(0);
  }, 30_000);

  test('counts questions by known documents and outcomes, and others as one', async () => {
    const folder = projectFile('docs/queries');
    const examples = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const document = examples.find((text) => /^query CallsByDay\b/m.test(text)) ?? '';
    await ask(document);
    for (let i = 0; i < 5; i += 1) await ask(`query Unknown${i} { accounts { name } }`);
    await ask('{ nothing }');
    await ask('{ calls(first: 501) { nodes { id } } }');
    const asked = (of: string, outcome: string) =>
      sampleOf(`call_analytics_questions_total{document="${of}",outcome="${outcome}"}`);
    expect(await asked('CallsByDay', 'OK')).toBe(1);
    expect(await asked('other', 'OK')).toBe(5);
    expect(await asked('other', 'GRAPHQL_VALIDATION_FAILED')).toBe(1);
    expect(await asked('other', 'BAD_USER_INPUT')).toBe(1);
    expect(await sampleOf('call_analytics_question_duration_seconds_count{document="CallsByDay"}')).toBe(1);
    expect(await sampleOf('call_analytics_question_cost_total{document="CallsByDay"}')).toBeGreaterThan(31);
    expect(await sampleOf('call_analytics_question_rows_total{document="CallsByDay"}')).toBeGreaterThan(31);
    expect(await sampleOf('call_analytics_figure_sources_total{source="calls"}')).toBeGreaterThan(0);
    expect(await metricsText()).not.toContain('Unknown1');
  });

  test('counts errors of the database by SQLSTATE', async () => {
    const failed = 'call_analytics_database_errors_total{thread="main",sqlstate="22012"}';
    const before = (await sampleOf(failed)) ?? 0;
    await expect(app.database.pool.query('select 1 / 0')).rejects.toThrow();
    expect(await sampleOf(failed)).toBe(before + 1);
  });

  test('is whole where several read it at once', async () => {
    const texts = await Promise.all(Array.from({ length: 8 }, metricsText));
    for (const text of texts)
      expect(text).toContain('call_analytics_event_loop_delay_seconds{thread="answering",quantile="0.99"}');
  });

  test('keeps Prometheus’ conventions: names, units and what each is', async () => {
    const text = await metricsText();
    const types = [...text.matchAll(/^# TYPE (call_analytics_\w+) (\w+)$/gm)].map(([, name = '', type]) => ({
      name,
      type,
    }));
    expect(types.length).toBeGreaterThanOrEqual(20);
    for (const { name, type } of types) {
      expect([name, /_total$/.test(name)]).toEqual([name, type === 'counter']);
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z].{20,}\\.$`, 'm'));
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
    expect(text).not.toMatch(/9812345678|an-admin-token/);
  });
});

test('words that are no code, and ever more codes, make no figures of their own', async () => {
  const metrics = new ServiceMetrics(['Known']);
  const receipt = { operationType: null, requestedCost: null, actualCost: null, rows: null };
  for (let i = 0; i < 300; i += 1) {
    const code = `CODE_${String.fromCharCode(65 + (i % 26), 65 + Math.floor(i / 26))}`;
    metrics.asked({ receipt: { ...receipt, operationName: `n${i}`, code }, status: 400, seconds: 0 });
  }
  metrics.asked({ receipt: { ...receipt, operationName: null, code: 'a "word"' }, status: 400, seconds: 0 });
  const idle = { pools: {}, delay: { p50: 0, p99: 0, max: 0 }, databaseErrors: {}, sources: {} };
  const { text } = await metrics.read({
    queue: () => ({ length: 0, oldestSeconds: 0 }),
    main: () => idle,
    answering: async () => null,
    database: async () => null,
  });
  expect([...text.matchAll(/^call_analytics_questions_total\{/gm)].length).toBeLessThan(50);
  expect(text).toContain('outcome="OTHER"');
  expect(text).toContain('call_analytics_answering_thread_up 0');
  expect(text).not.toMatch(/^call_analytics_newest_delivery_timestamp_seconds /m);
});

describe('what is made for those who watch', () => {
  const alerts = readFileSync(projectFile('docs/operations/alerts.yaml'), 'utf8');
  const dashboard = readFileSync(projectFile('docs/operations/dashboard.json'), 'utf8');
  type Rule = { alert: string; expr: string; annotations: { summary: string; description: string } };
  type Panel = { title: string; targets: { expr: string }[]; gridPos: { x: number; y: number; w: number; h: number } };
  const rules = (parse(alerts) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
  const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  test('names only metrics and labels that there are', async () => {
    const text = await metricsText();
    const samples = new Map<string, Set<string>>();
    for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
      const known = samples.get(name) ?? new Set();
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
      samples.set(name, known);
    }
    const outside = new Set(['instance', 'job']);
    let named = 0;
    for (const expr of expressions) {
      for (const [, name = '', labels = ''] of expr.matchAll(
        /\b((?:call_analytics|process|nodejs)_\w+)(?:\{([^}]*)\})?/g,
      )) {
        named += 1;
        const known = samples.get(name);
        expect(known, `${name} in ${expr}`).toBeDefined();
        for (const [, label = ''] of labels.matchAll(/(\w+)\s*[=!]~?\s*"/g)) {
          expect(known?.has(label) || outside.has(label), `${label} of ${name} in ${expr}`).toBe(true);
        }
      }
    }
    expect(named).toBeGreaterThan(35);
  });

  test('has what each alert means, brackets that close, and panels beside each other', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations } of rules) {
      expect(annotations.summary).toMatch(/\.$/);
      expect(annotations.description).toMatch(/\.$/);
    }
    for (const expr of expressions) {
      for (const [open, close] of ['()', '{}', '[]']) {
        expect(expr.split(open ?? '').length, expr).toBe(expr.split(close ?? '').length);
      }
    }
    const cells = panels.flatMap(({ title, gridPos: { x, y, w } }) =>
      Array.from({ length: w }, (_, i) => [`${x + i},${y}`, title]),
    );
    expect(new Set(cells.map(([cell]) => cell)).size).toBe(cells.length);
  });
});

describe('a request’s id', () => {
  const idOf = async (sent?: string) => {
    const headers = { ...json, ...(sent !== undefined && { 'x-request-id': sent }) };
    const body = JSON.stringify({ query: '{ accounts { name } }' });
    return (await fetch(`${app.url}/graphql`, { method: 'POST', headers, body })).headers.get('x-request-id');
  };

  test.each([
    'checkout-7f3a',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '7D1B3C7E-61E2-4FA9-9C4A-2F7A2D8C9B10',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  ])('%s is kept', async (id) => {
    expect(await idOf(id)).toBe(id);
  });

  test.each([
    undefined,
    '',
    'short',
    'x'.repeat(65),
    'with blanks in it',
    'call-9812345678',
    '"quoted-id"',
    'ids-like,others',
  ])('%s is none: a new one is made', async (id) => {
    expect(await idOf(id)).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });

  test('is in every answer, and in the line of the log', async () => {
    for (const path of ['/healthz', '/nothing', '/metrics', new URL(app.webhookUrl).pathname]) {
      const response = await fetch(`${app.url}${path}`, { headers: { 'x-request-id': 'find-me-again' } });
      expect([path, response.headers.get('x-request-id')]).toEqual([path, 'find-me-again']);
    }
    await vi.waitUntil(() => app.logged.some(({ requestId }) => requestId === 'find-me-again'), { timeout: 5000 });
  });
});
