import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { knock } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const folder = new URL('../fixtures/callerdesk/', import.meta.url);
const payloads = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).payload as Record<string, unknown>);

/** Every number, name, address and id of the payloads that is long enough to be told from chance. */
const personal = new Set(
  payloads.flatMap((payload) =>
    Object.entries(payload)
      .filter(([key]) => /number|name|email|sid|url|recording|uniqueid/i.test(key))
      .map(([, value]) => String(value))
      .filter((value) => value.length > 4 && value !== '[object Object]'),
  ),
);

test('the log tells of every request, and of nobody', async () => {
  const door = `/webhooks/callerdesk/${testSecret}`;
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  let requests = 0;
  const send = async (request: Parameters<typeof knock>[1]) => {
    requests += 1;
    return (await knock(app, request)).status;
  };
  for (const payload of payloads) {
    const pairs = new URLSearchParams(
      Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
    );
    expect(await send({ path: door, headers: json, body: JSON.stringify(payload) })).toBe(200);
    expect(await send({ path: `${door}/call-report`, headers: form, body: pairs.toString() })).toBe(200);
    expect(await send({ method: 'GET', path: `${door}/live-call?${pairs}` })).toBe(200);
    // Refused: for the method, the secret, the size; kept, but not understood: another type, half a text.
    expect(await send({ method: 'PUT', path: `${door}?${pairs}`, headers: json, body: JSON.stringify(payload) })).toBe(
      405,
    );
    expect(await send({ path: `${door}x?${pairs}`, headers: json, body: JSON.stringify(payload) })).toBe(404);
    expect(await send({ path: `${door}%?${pairs}`, headers: json, body: JSON.stringify(payload) })).toBe(404);
    expect(await send({ path: `/${pairs}`, headers: json })).toBe(404);
    expect(
      await send({ path: `${door}?${pairs}`, headers: { 'content-type': `x/${payload.CallSid}` }, body: 'x' }),
    ).toBe(400);
    expect(await send({ path: door, headers: json, body: JSON.stringify({ ...payload, x: 'x'.repeat(70_000) }) })).toBe(
      413,
    );
    expect(await send({ path: door, headers: json, body: JSON.stringify(payload).slice(0, -1) })).toBe(400);
  }
  const lines = app.logged.map((line) => JSON.stringify(line));
  expect(personal.size).toBeGreaterThan(20);
  const told = lines.filter((line) => line.includes(testSecret) || [...personal].some((value) => line.includes(value)));
  expect(told).toEqual([]);
  // But for those whose URL could not be read at all.
  expect(app.logged.filter(({ msg }) => msg === 'answered')).toHaveLength(requests - payloads.length);
  expect(app.logged.filter(({ level }) => Number(level) > 20)).toEqual([]);
  expect(Object.keys(app.logged.find(({ msg }) => msg === 'answered') ?? {}).sort()).toEqual(
    ['hostname', 'level', 'method', 'ms', 'msg', 'pid', 'requestId', 'route', 'status', 'time'].sort(),
  );
});
