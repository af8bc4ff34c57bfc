import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { createAccount, updateAccount } from '../../src/accounts/accounts.ts';
import { callListOf } from '../../src/backfill/backfill-accounts.ts';
import { backfillCalls } from '../../src/backfill/backfill-calls.ts';
import { readSettings, tellSettings } from '../../src/cli/account/provider-settings.ts';
import { readArguments } from '../../src/cli/account/read-arguments.ts';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { replayNumbers } from '../../src/inbox/replay/replay-numbers.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { Providers } from '../../src/providers/providers.ts';
import { databaseClock, instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { brevia } from './brevia/brevia.ts';

const providers = new Providers([callerDesk, brevia]);

let app: TestApp;
let account: Account;
let secret: string;
let made = 0;
beforeAll(async () => {
  app = await startApp({ providers });
});
afterAll(() => app.close());
beforeEach(async () => {
  made += 1;
  ({ account, secret } = await makeAccount({ name: `Berlin ${made}`, provider: 'brevia' }));
  // A second at most, where a stranger knocked just before.
  await expect.poll(async () => (await fetch(addressOf(secret), { method: 'HEAD' })).status).toBe(200);
});

type Row = Record<string, unknown>;

async function makeAccount(told: Pick<Account, 'name' | 'provider'> & Partial<Account>) {
  const settings = { timeZone: 'Europe/Berlin', region: 'DE' };
  const created = await createAccount(app.database.db, { ...settings, ...told });
  if (!created) throw new Error('the name is taken');
  return created;
}

const addressOf = (secret: string, provider = 'brevia', path = '/events') =>
  `${app.url}/webhooks/${provider}/${secret}${path}`;

const textOf = (message: Row) =>
  Object.entries(message)
    .map(([key, value]) => `${key}|${value}`)
    .join('\n');

async function post(address: string, body: string, type = 'text/plain') {
  const reply = await fetch(address, { method: 'POST', headers: { 'content-type': type }, body });
  return { status: reply.status, text: await reply.text() };
}

const send = (...messages: Row[]) => post(addressOf(secret), messages.map(textOf).join('\n--\n'));
const replay = (accountId: string) =>
  app.query<{ replayWebhookEvents: Row }>(
    `mutation ($accountId: ID!) { replayWebhookEvents(filter: { accountId: { eq: $accountId } }, first: 1000)
       { replayed recorded duplicate ignored unreadable conflict waiting isComplete } }`,
    { accountId },
  );

/** All of an account as the API tells it. */
async function told({ name }: Account): Promise<{ id: string; calls: Row[]; events: Row[]; totals: Row }> {
  const { accounts } = await app.query<{ accounts: { id: string; name: string }[] }>('{ accounts { id name } }');
  const id = accounts.find((one) => one.name === name)?.id as string;
  const { calls, webhookEvents, callMetrics } = await app.query<{
    calls: { nodes: Row[] };
    webhookEvents: { nodes: Row[] };
    callMetrics: { totals: Row };
  }>(
    `query ($id: ID!) {
      calls(filter: { accountId: { eq: $id } }, orderBy: { field: STARTED_AT, direction: ASC }) { nodes {
        callSid direction status disposition outcome endedBy startedAt answeredAt endedAt durationSeconds talkSeconds
        providerStatus providerDirection recordingUrl customer { number } agent { number name } virtualNumber { number }
        callGroup { name } account { provider } } }
      webhookEvents(filter: { accountId: { eq: $id } }) { nodes {
        kind form state reason callSid notUnderstood payload } }
      callMetrics(filter: { accountId: { eq: $id } }, range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }) {
        totals { callCount answeredCount missedCount abandonedCount } } }`,
    { id },
  );
  return { id, calls: calls.nodes, events: webhookEvents.nodes, totals: callMetrics.totals };
}

/** What is kept of an account's deliveries, byte for byte. */
async function kept({ id }: Account): Promise<{ provider: string; body: string }[]> {
  const { rows } = await app.database.db.execute<{ provider: string; body: string }>(
    sql`select provider, encode(body, 'escape') as body from webhook_events where account_id = ${id} order by received_at, arrival_number`,
  );
  return rows;
}

// The fifth of January 2026, ten o'clock in Berlin: nine in UTC, which is the minute hjfj0.
const answered = {
  ev: 'done',
  ref: 'hjfj0-1',
  way: 'in',
  cli: '030 901820',
  ext: '0151 23456789',
  line: '0800 1234567',
  who: 'Jana',
  team: 'Support',
  res: 'OK',
  t0: '5 Jan 2026 10h00m07',
  t1: '5 Jan 2026 10h00m20',
  t2: '5 Jan 2026 14h31m40 @Asia/Kolkata',
  talk: "1'20",
  rec: 'https://brevia.example/rec/1?of=4930901820',
};
const missed = { ...answered, ref: 'hjfj0-2', res: 'NOBODY', t1: '', talk: '', rec: '', t0: '5 Jan 2026 10h00m30' };
const abandoned = { ...missed, ref: 'hjfj0-3', res: 'LEFT', t0: '5 Jan 2026 10h00m45' };

test('its deliveries become calls and figures, in its own words, form and zones', async () => {
  const live = { ev: 'up', ref: 'hjfj0-1', way: 'in', cli: '030901820', line: '08001234567', res: 'TALK' };
  expect(await send(live)).toEqual({ status: 200, text: 'success' });
  expect((await told(account)).calls).toMatchObject([{ callSid: 'hjfj0-1', status: 'IN_PROGRESS', outcome: null }]);

  expect(await send(answered, missed, abandoned)).toEqual({ status: 200, text: 'success' });
  expect(await send(answered)).toEqual({ status: 200, text: 'success' });
  const { calls, events, totals } = await told(account);
  expect(calls[0]).toEqual({
    callSid: 'hjfj0-1',
    direction: 'INBOUND',
    status: 'COMPLETED',
    disposition: 'ANSWERED',
    outcome: 'ANSWERED',
    endedBy: null,
    startedAt: '2026-01-05T09:00:07.000Z',
    answeredAt: '2026-01-05T09:00:20.000Z',
    // The one clock that names its zone.
    endedAt: '2026-01-05T09:01:40.000Z',
    durationSeconds: 93,
    talkSeconds: 80,
    providerStatus: 'OK',
    providerDirection: 'in',
    recordingUrl: answered.rec,
    customer: { number: '+4930901820' },
    agent: { number: '+4915123456789', name: 'Jana' },
    virtualNumber: { number: '+498001234567' },
    callGroup: { name: 'Support' },
    account: { provider: 'brevia' },
  });
  expect(calls.map(({ outcome, endedBy }) => [outcome, endedBy])).toEqual([
    ['ANSWERED', null],
    ['MISSED', null],
    ['ABANDONED', 'CUSTOMER'],
  ]);
  expect(totals).toEqual({ callCount: 3, answeredCount: 1, missedCount: 1, abandonedCount: 1 });
  expect(events.map(({ state }) => state)).toEqual(['DUPLICATE', 'RECORDED', 'RECORDED', 'RECORDED', 'RECORDED']);
  expect(events[0]).toMatchObject({ kind: 'CALL_REPORT', form: 'FORM', payload: answered });
});

test('the start that its id tells stands in for one that was not sent, and words nobody knows are told of', async () => {
  await send({ ev: 'done', ref: 'hjfj0-7', way: 'in', res: 'Gone fishing', t2: 'soon' });
  const { calls, events } = await told(account);
  expect(calls).toMatchObject([
    { startedAt: '2026-01-05T09:00:00.000Z', disposition: 'UNKNOWN', providerStatus: 'Gone fishing' },
  ]);
  expect(events).toMatchObject([{ state: 'RECORDED', notUnderstood: ['t2: no day and clock'] }]);
});

test('what is no message of it is kept, and its sender told so in its words', async () => {
  expect(await post(addressOf(secret), 'hello')).toEqual({ status: 400, text: 'kept, but it is no Brevia message\n' });
  expect(await send({ hello: 'world' })).toEqual({ status: 200, text: 'success' });
  expect((await told(account)).events).toMatchObject([
    { state: 'IGNORED', reason: 'ref: not sent, so it tells of no call', payload: { hello: 'world' } },
    { state: 'UNREADABLE', payload: 'hello' },
  ]);
});

describe('a secret at the address of another provider', () => {
  test('is answered as one that nobody knows, at once and later, and nothing is kept', async () => {
    const body = textOf(answered);
    const foreign = [
      addressOf(testSecret),
      addressOf(secret, 'callerdesk', ''),
      addressOf(secret, 'callerdesk', '/call-report'),
      addressOf(secret, 'brevia', ''),
      addressOf(secret, 'unheard', '/events'),
    ];
    const unknown = await post(addressOf('a-secret-that-nobody-knows-01234'), body);
    expect(unknown.status).toBe(404);
    for (const address of foreign) expect(await post(address, body)).toEqual(unknown);
    expect(await kept(account)).toEqual([]);
    expect(await kept(app.account)).toEqual([]);
    expect((await send(answered)).status).toBe(200);
  });

  test('is looked for as one that nobody knows is, so that the time taken tells nothing', async () => {
    const query = vi.spyOn(app.database.pool, 'query');
    const isAsked = async (address: string) => {
      const asked = query.mock.calls.length;
      await post(address, textOf(answered));
      return query.mock.calls.length > asked;
    };
    // Strangers are looked for once a second; what is known costs no statement but for being kept.
    for (const address of [addressOf('a-secret-that-nobody-knows-01234'), addressOf(testSecret)]) {
      await expect.poll(() => isAsked(address), { timeout: 5000, interval: 300 }).toBe(true);
    }
    query.mockRestore();
  });
});

describe('a file', () => {
  const file = `Remarks;Ref;way;Caller;ext;line;res;t0;t1;t2;talk
;hjfj0-1;in;030 901820;015123456789;08001234567;OK;5 Jan 2026 10h00m07;5 Jan 2026 10h00m20;5 Jan 2026 10h01m40;1'20
;hjfj0-4;out;030 901821;015123456789;08001234567;ENGAGED;5 Jan 2026 11h00m00;;5 Jan 2026 11h00m10;
`;
  const importFile = () => {
    const given = ColumnNames.read(['Caller=cli'], providers.get(account.provider).columns);
    const rows = readRows(Readable.from([Buffer.from(file)]), given);
    return importRows(app.database.pool, { account, providers, rows, form: 'IMPORT' });
  };

  test('is imported by the names of its columns, known again, and ranks below what the webhook brings', async () => {
    expect((await importFile()).states).toMatchObject({ RECORDED: 2, DUPLICATE: 0, IGNORED: 0, UNREADABLE: 0 });
    expect((await importFile()).states).toMatchObject({ RECORDED: 0, DUPLICATE: 2 });
    const { calls, totals } = await told(account);
    expect(calls).toMatchObject([
      { callSid: 'hjfj0-1', outcome: 'ANSWERED', customer: { number: '+4930901820' }, talkSeconds: 80 },
      {
        callSid: 'hjfj0-4',
        direction: 'OUTBOUND',
        disposition: 'BUSY',
        startedAt: '2026-01-05T10:00:00.000Z',
        customer: { number: '+4930901821' },
        agent: { number: '+4915123456789' },
      },
    ]);
    expect(totals).toMatchObject({ callCount: 2, answeredCount: 1 });

    await send({ ...answered, talk: "0'55" });
    expect((await told(account)).calls).toMatchObject([{ talkSeconds: 55 }, {}]);
    expect((await importFile()).states).toMatchObject({ DUPLICATE: 2 });
    expect((await told(account)).calls).toMatchObject([{ talkSeconds: 55 }, {}]);
  });

  test('whose columns are another provider’s is refused with those that it needs', async () => {
    const { columns } = brevia;
    const rows = readRows(Readable.from([Buffer.from('CallSid,Status\n1,ANSWER\n')]), ColumnNames.read([], columns));
    await expect(importRows(app.database.pool, { account, providers, rows, form: 'IMPORT' })).rejects.toThrow(
      /one of them must be ref; --columns "NAME=ref" says which/,
    );
    expect(() => ColumnNames.read(['A=CallSid'], columns)).toThrow(/no field "CallSid". Allowed: ev, ref, way/);
  });
});

test('its list of calls is asked for in its form, and its rows are read as those of files', async () => {
  const rows = [
    { ref: 'hjfj0-1', way: 'in', cli: '030901820', ext: '015123456789', res: 'OK', t0: answered.t0, talk: "1'20" },
    { ref: 'hjfj0-8', way: 'in', cli: '030901822', res: 'LEFT', t0: '5 Jan 2026 10h05m00', t2: '5 Jan 2026 10h05m09' },
    { ref: 'hjfj0-9', way: 'in', cli: '030901823', res: 'NOBODY', t0: '6 Jan 2026 00h00m00' },
  ];
  const asked: string[] = [];
  const server = createServer(async (request, answer) => {
    const form = new URLSearchParams(await text(request));
    asked.push(`${request.url} ${form}`);
    const from = Number(form.get('from'));
    answer.end(form.get('key') === 'k1' ? JSON.stringify({ journal: rows.slice(from, from + 2) }) : 'locked');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetchWith = (key: string) => {
    const access = new Map([['brevia', { url, authcodes: new Map([[account.name, key]]) }]]);
    const source = callListOf(account, { providers, access });
    if (source === null) throw new Error('nothing to ask');
    const [from, to] = ['2026-01-04T23:00:00.000Z', '2026-01-05T23:00:00.000Z'];
    return backfillCalls(app.database.pool, { account, providers, source, from, to });
  };
  try {
    // Its third row is of another day.
    expect((await fetchWith('k1')).states).toMatchObject({ RECORDED: 2, UNREADABLE: 0 });
    expect(asked.slice(0, 2)).toEqual(['/journal key=k1&on=2026-01-05&from=0', '/journal key=k1&on=2026-01-05&from=2']);
    await expect(fetchWith('k2')).rejects.toThrow('Brevia refuses: "locked".');
  } finally {
    server.close();
  }
  const { calls, events } = await told(account);
  expect(calls.map(({ callSid, outcome }) => [callSid, outcome])).toEqual([
    ['hjfj0-1', 'ANSWERED'],
    ['hjfj0-8', 'ABANDONED'],
  ]);
  expect(events).toMatchObject([
    { form: 'BACKFILL', payload: rows[1] },
    { form: 'BACKFILL', payload: rows[0] },
  ]);
  // An account of another provider has no such list.
  const access = new Map([['brevia', { url, authcodes: new Map([[app.account.name, 'k1']]) }]]);
  expect(callListOf(app.account, { providers, access })).toBeNull();
});

describe('what is kept names its provider', () => {
  const setProvider = (provider: string) =>
    app.database.db.execute(sql`update accounts set provider = ${provider} where id = ${account.id}`);

  test('a replay reads each delivery by its own provider, whichever the account has by now', async () => {
    await send(answered, missed, abandoned);
    await setProvider('callerdesk');
    // A running service knows it within three seconds.
    const report = {
      CallSid: '77',
      Direction: 'IVR',
      Status: 'ANSWER',
      StartTime: '2026-01-05 12:00:00',
      TalkDuration: '9',
    };
    await expect
      .poll(async () => (await post(addressOf(secret, 'callerdesk', ''), JSON.stringify(report))).status, {
        timeout: 9000,
      })
      .toBe(200);
    expect((await send(answered)).status).toBe(404);
    expect((await kept(account)).map(({ provider }) => provider)).toEqual(['brevia', 'brevia', 'brevia', 'callerdesk']);
    const before = await told(account);
    expect(before.calls).toHaveLength(4);
    expect(before.events.map(({ payload }) => payload)).toEqual([report, abandoned, missed, answered]);

    expect((await replay(before.id)).replayWebhookEvents).toMatchObject({ replayed: 4, recorded: 4, isComplete: true });
    expect(await told(account)).toEqual(before);

    // Made from nothing, they are the same.
    await app.database.db.execute(sql`delete from calls where account_id = ${account.id}`);
    expect((await replay(before.id)).replayWebhookEvents).toMatchObject({ replayed: 4, recorded: 4 });
    expect(await told(account)).toEqual(before);
  });

  test('a person is erased from it, and stays so after a replay', async () => {
    const other = { ...answered, ref: 'hjfj0-5', cli: '030 901899', rec: '', t0: '5 Jan 2026 12h00m00' };
    await send(answered, other);
    await setProvider('callerdesk');
    const number = readNumber('030901820', account) as string;
    const found = await findNumber(app.database.pool, account, number);
    const forgotten = await forgetNumber(app.database.pool, { account, providers, found, clock: databaseClock });
    expect(forgotten).toEqual({ customers: 1, calls: 1, deliveries: 1 });

    const [theirs, others] = await kept(account);
    expect(theirs?.body).toBe(textOf({ ...answered, cli: '', rec: '' }));
    expect(others?.body).toBe(textOf(other));
    const { id, calls } = await told(account);
    const without = { callSid: 'hjfj0-1', outcome: 'ANSWERED', talkSeconds: 80, recordingUrl: null };
    expect(calls).toMatchObject([without, { customer: { number: '+4930901899' } }]);
    expect(calls[0]?.customer).toEqual({ number: null });
    await replay(id);
    expect((await told(account)).calls).toEqual(calls);
  });

  test('numbers of calls are read anew by the words of the account’s provider', async () => {
    await send(answered);
    const clock = () => instantOf(Date.now());
    await app.database.db.execute(sql`update calls set source_number = '030901820' where account_id = ${account.id}`);
    await app.database.db.execute(sql`delete from webhook_events where account_id = ${account.id}`);
    expect(await replayNumbers(app.database.pool, { account, providers, clock })).toBe(1);
    expect((await told(account)).calls).toMatchObject([
      { disposition: 'ANSWERED', customer: { number: '+4930901820' } },
    ]);
  });
});

describe('settings that only its accounts have', () => {
  test('decide how its deliveries are read, and a replay reads by the changed ones', async () => {
    const { settings } = readSettings(brevia, { clock: 'utc' });
    await send(missed);
    const { id, calls } = await told(account);
    expect(calls).toMatchObject([{ startedAt: '2026-01-05T09:00:30.000Z' }]);
    const changed = await updateAccount(app.database.db, { id: account.id, ...(settings && { settings }) });
    expect(tellSettings(brevia, changed as Account)).toEqual([['clock', 'utc']]);
    await replay(id);
    expect((await told(account)).calls).toMatchObject([{ startedAt: '2026-01-05T10:00:30.000Z' }]);
  });

  const refusals: [string[], RegExp][] = [
    [
      ['create', '--name', 'A', '--provider', 'unheard'],
      /^--provider is "unheard", and not callerdesk or brevia\. Allowed: create/,
    ],
    [['update', '--name', 'A', '--provider', 'brevia'], /Unknown option '--provider'/],
  ];
  test.each(refusals)('%j is refused with what is allowed', (args, line) => {
    expect(() => readArguments(args, providers)).toThrow(line);
  });

  test('the account command takes those of its provider alone, and only what that allows', () => {
    const create = (...args: string[]) => {
      const wanted = readArguments(['create', '--name', 'A', ...args], providers);
      if (wanted.command === 'list') throw new Error('not what was asked');
      return { provider: wanted.provider.name, ...readSettings(wanted.provider, wanted.settings) };
    };
    expect(create('--provider', 'brevia', '--clock', 'utc')).toEqual({
      provider: 'brevia',
      settings: { clock: 'utc' },
    });
    expect(create('--outgoing-agent', 'LEG_B')).toEqual({ provider: 'callerdesk', outgoingAgentLeg: 'LEG_B' });
    expect(() => create('--provider', 'brevia', '--clock', 'noon')).toThrow('--clock is not local or utc.');
    expect(() => create('--provider', 'brevia', '--outgoing-agent', 'LEG_B')).toThrow(
      '--outgoing-agent is no setting of accounts of Brevia. Allowed: --clock local|utc.',
    );
    expect(() => create('--clock', 'utc')).toThrow(
      '--clock is no setting of accounts of CallerDesk. Allowed: --outgoing-agent LEG_A|LEG_B.',
    );
  });
});
