import { setImmediate as acceptConnections } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { knock } from '../webhook/knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const deliver = (n: number, filler: string) =>
  knock(app, {
    path: `/webhooks/callerdesk/${testSecret}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ CallSid: `full-${n}`, Status: 'ANSWER', StartTime: '2023-01-02 14:29:20', filler }),
  });

test('a queue that is full answers 503 with Retry-After, keeps what it took, and takes again once it can write', async () => {
  const holder = new pg.Client({ connectionString: app.database.url });
  await holder.connect();
  const filler = 'x'.repeat(62_000);
  try {
    // Nobody can write calls while this is held.
    await holder.query('begin; lock table calls in access exclusive mode');
    const sent: ReturnType<typeof deliver>[] = [];
    for (let n = 0; n < 1150; n++) {
      sent.push(deliver(n, filler));
      // A server's queue of connections that it has not accepted yet is short, and this one lives in the same process.
      if (n % 50 === 49) await acceptConnections();
    }
    const refused = await Promise.race(sent.map((one) => one.then((answer) => answer)));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await holder.query('rollback');
    const answers = await Promise.all(sent);
    const taken = answers.flatMap(({ status }, n) => (status === 200 ? [`full-${n}`] : []));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const { rows } = await holder.query("select call_sid from webhook_events where call_sid like 'full-%' order by 1");
    const kept = new Map<string, number>();
    for (const { call_sid: sid } of rows) kept.set(sid, (kept.get(sid) ?? 0) + 1);
    // On a slow machine one may have been refused for its time while it was being committed: it is sent again, and known.
    expect(taken.filter((sid) => kept.get(sid) !== 1)).toEqual([]);
    expect([...kept.values()].filter((times) => times !== 1)).toEqual([]);
    expect(kept.size - taken.length).toBeLessThanOrEqual(50);
    expect((await deliver(9999, filler)).status).toBe(200);
  } finally {
    await holder.end();
  }
}, 60_000);
