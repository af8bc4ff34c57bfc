import { createClient } from 'graphql-ws';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { cleanUp, cleanUpAfterEach, newDataDir, start } from './sample-service.ts';

// A board of live calls, kept by events alone, while its instance is killed and the database ends connections.

cleanUpAfterEach();

const live = '{ status: { in: [RINGING, IN_PROGRESS] } }';
const board = `subscription ($since: String) { callEvents(filter: ${live}, since: $since) { token kind callId call { callSid } } }`;

type Event = { token: string; kind: 'MATCHES' | 'LEFT' | 'ENDED'; callId: string; call: { callSid: string } | null };

/** A client that goes on by its last token, each time at the next of the instances. */
function keepBoard(urls: readonly string[]) {
  const calls = new Map<string, string>();
  let token: string | null = null;
  let cuts = 0;
  let isOver = false;
  let end: () => void = () => {};
  const once = (url: string) =>
    new Promise<void>((resolve) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      end = () => void client.dispose();
      client.subscribe<{ callEvents: Event }>(
        { query: board, variables: { since: token } },
        {
          next: ({ data }) => {
            const event = data?.callEvents;
            if (!event) return;
            token = event.token;
            if (event.kind === 'MATCHES') calls.set(event.callId, event.call?.callSid ?? '');
            else calls.delete(event.callId);
          },
          error: () => resolve(),
          complete: () => resolve(),
        },
      );
    });
  const over = (async () => {
    for (; !isOver; cuts++) {
      await once(urls[cuts % urls.length] as string);
      if (!isOver) await new Promise((soon) => setTimeout(soon, 50));
    }
  })();
  return {
    board: () => [...calls.values()].sort(),
    cuts: () => cuts,
    /** Whether it has a place to go on from. */
    hasBegun: () => token !== null,
    stop: async () => {
      isOver = true;
      end();
      await over;
    },
  };
}

const startOver = async ({ url }: TestDatabase) => start({ ...(await newDataDir()), env: { DATABASE_URL: url } });

test('a board stays whole through a killed instance and lost connections, whichever instance deliveries come to', async () => {
  const database = await createTestDatabase();
  cleanUp.push(database.close);
  const [first, second] = await Promise.all([startOver(database), startOver(database)]);
  const { rows } = await database.pool.query<{ name: string }>('select name from accounts');
  expect(rows).toHaveLength(1);
  const client = keepBoard([first.url, second.url]);
  cleanUp.push(client.stop);
  const targets = [first, second];
  let at = 0;
  const send = async (payload: object) => {
    for (;;) {
      at += 1;
      const { webhookUrl } = targets[at % targets.length] as typeof first;
      const answer = await fetch(webhookUrl, { method: 'POST', body: JSON.stringify(payload) }).catch(() => null);
      if (answer?.ok) return;
      await new Promise((soon) => setTimeout(soon, 50));
    }
  };
  const call = (n: number) => ({
    CallSid: `1672649960.${n}`,
    Direction: 'IVR',
    SourceNumber: '9812345678',
    DestinationNumber: '08062861230',
  });
  const ring = (n: number) => send({ ...call(n), type: 'live_call', Status: 'Transfer to agent' });
  const report = (n: number) =>
    send({
      ...call(n),
      type: 'call_report',
      Status: 'ANSWER',
      StartTime: '2023-01-02 14:29:20',
      EndTime: '2023-01-02 14:30:20',
    });
  let beforehand = 1000;
  await vi.waitFor(
    async () => {
      // Each of another call: the same again changes nothing.
      beforehand += 1;
      await ring(beforehand);
      expect(client.hasBegun()).toBe(true);
    },
    { timeout: 20_000, interval: 200 },
  );
  // Those that rang before it watched are none of its board.
  for (let n = 1001; n <= beforehand; n++) await report(n);
  for (let n = 1; n <= 60; n++) {
    await ring(n);
    if (n % 3 !== 0) await report(n);
    if (n === 20) {
      targets.splice(0, 1);
      await first.stop('SIGKILL');
    }
    if (n % 15 === 0) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '%live%'`,
      );
    }
  }
  const { rows: running } = await database.pool.query<{ sid: string }>(
    `select call_sid as sid from calls where status in ('RINGING', 'IN_PROGRESS')`,
  );
  expect(running.length).toBeGreaterThan(15);
  await vi.waitFor(() => expect(client.board()).toEqual(running.map(({ sid }) => sid).sort()), {
    timeout: 20_000,
    interval: 200,
  });
  expect(client.cuts()).toBeGreaterThan(0);
}, 120_000);
