import { createKey } from '../../src/access/keys/create-key.ts';
import { defaultLimits, type Limits } from '../../src/access/limits.ts';
import { administrator, scopes, type Viewer } from '../../src/access/viewer.ts';
import { createAccount } from '../../src/accounts/accounts.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { instantOf } from '../../src/time/instant.ts';
import { appDefaults, type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { firstAnswer, isSubscription, liveQuestion } from '../support/first-answer.ts';

/** Who may ask in these tests: by name, sent in the Authorization header. */
export type Asker = 'all' | 'own' | 'other' | 'none' | 'withoutNumbers';

/** A service with two accounts, and one whose database never held the second; ids of the first are the same in both. */
export type TwoAccounts = {
  both: TestApp;
  alone: TestApp;
  ask: (app: TestApp, who: Asker, query: string, variables?: Record<string, unknown>) => Promise<GraphqlAnswer>;
  close: () => Promise<void>;
};

export type DeliveryOf = (n: number, word: 'alpha' | 'bravo') => Record<string, unknown>;

/** The first 40 of the first account; then the second, which has more, among them calls of the same ids and customers. */
const ownCount = 40;
const otherCount = 70;

/** `delivery`: the report of one account's call with a number; default: the same each time. */
export async function startTwoAccounts(delivery: DeliveryOf = usualDelivery): Promise<TwoAccounts> {
  const viewers = new Map<string | undefined, Viewer>([['all', administrator]]);
  const both = await startPacked(viewers);
  const made = await createAccount(both.app.database.db, {
    name: 'bravo',
    timeZone: 'America/New_York',
    region: 'US',
    outgoingAgentLeg: 'LEG_A',
  });
  if (!made) throw new Error('there is an account of this name already');
  const own = both.app.account.id;
  const other = made.account.id;
  for (const [name, accounts] of Object.entries({ own: [own], other: [other], none: [] })) {
    viewers.set(name, { name, accounts, scopes });
  }
  const masked = scopes.filter((scope) => scope !== 'numbers');
  viewers.set('withoutNumbers', { name: 'withoutNumbers', accounts: [own], scopes: masked });
  for (let n = 0; n < ownCount; n++) await both.app.send(delivery(n, 'alpha'));
  const otherUrl = `${both.app.url}/webhooks/callerdesk/${made.secret}`;
  for (let n = 0; n < otherCount; n++) await send(otherUrl, delivery(n, 'bravo'));
  for (const [url, word] of [
    [both.app.webhookUrl, 'alpha'],
    [otherUrl, 'bravo'],
  ] as const) {
    await send(url, { ...delivery(0, word), CallSid: `new-${word}`, callstatus: `word of ${word}`, Status: word });
    await send(url, { type: 'call_report', CallSid: `unreadable-${word}`, StartTime: { of: word } });
    for (const [n, Status] of ['Transfer to agent', 'Picked'].entries()) {
      const { DestinationNumber, DialWhomNumber, receiver_name, call_group } = delivery(n + 1, word);
      const SourceNumber = '9812345600';
      const who = { SourceNumber, DestinationNumber, DialWhomNumber, receiver_name, call_group };
      await send(url, { type: 'live_call', CallSid: `live-${n}-${word}`, Direction: 'IVR', Status, ...who });
    }
  }
  await endCalls(both.app, own, other);
  await makeKeys(both.app, { 'of alpha': [own], 'of bravo': [other], 'of both': [own, other], 'of all': null });
  // What comes after the packing is read beside what is packed.
  await both.pack();
  for (let n = ownCount; n < ownCount + 3; n++) await both.app.send(delivery(n, 'alpha'));
  for (let n = otherCount; n < otherCount + 5; n++) await send(otherUrl, delivery(n, 'bravo'));
  const alone = await startPacked(viewers);
  await copyAccount(both.app, alone.app, own);
  await makeKeys(alone.app, { 'of alpha': [own] });
  return {
    both: both.app,
    alone: alone.app,
    ask: async (app, who, query, variables = {}) => {
      if (isSubscription(query)) {
        return firstAnswer(app.answers, liveQuestion(query, { viewer: viewerCalled(viewers, who), variables }));
      }
      const headers = { 'content-type': 'application/json', authorization: who };
      const reply = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      });
      return { status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
    },
    close: async () => {
      await both.app.close();
      await alone.app.close();
    },
  };
}

function viewerCalled(viewers: ReadonlyMap<string | undefined, Viewer>, name: string | undefined): Viewer {
  return viewers.get(name) ?? { name: 'nobody', accounts: [], scopes: [] };
}

async function startPacked(viewers: ReadonlyMap<string | undefined, Viewer>) {
  const memory = new PackedMemory(10_000_000);
  const { openPackedCalls: before } = appDefaults;
  appDefaults.openPackedCalls = (db, question) => openPackedCalls(db, memory, question);
  const limits = Object.fromEntries(Object.entries(defaultLimits).map(([name, limit]) => [name, limit * 100]));
  const app = await startApp({
    limits: limits as unknown as Limits,
    viewerOf: (authorization) => viewerCalled(viewers, authorization),
  });
  appDefaults.openPackedCalls = before;
  return { app, pack: () => packAccounts(app.database.pool, { clock: () => instantOf(Date.now()) }) };
}

async function makeKeys({ database }: TestApp, accountsOf: Record<string, number[] | null>): Promise<void> {
  for (const [name, accountIds] of Object.entries(accountsOf)) {
    const wanted = { name, accountIds, scopes: ['calls'] as const, documentsOnly: false, budget: null };
    const asked = { now: '2026-03-01T00:00:00.000Z', path: [] };
    await createKey(database.pool, administrator, wanted, asked);
  }
}

async function send(url: string, payload: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) });
  if (status !== 200) throw new Error(`a delivery was answered with ${status}`);
}

/** Calls of both accounts at the same times; every second customer, and every CallSid, is of both. */
function usualDelivery(n: number, word: 'alpha' | 'bravo'): Record<string, unknown> {
  const isOwn = word === 'alpha';
  const at = `2026-03-${String(1 + (n % 17)).padStart(2, '0')} ${String(8 + (n % 11)).padStart(2, '0')}`;
  const customer = n % 2 === 0 ? `98123456${String(n % 10).padStart(2, '0')}` : `${isOwn ? 98 : 97}7777770${n % 9}`;
  return {
    type: 'call_report',
    CallSid: `call-${n}`,
    Direction: n % 5 === 0 ? 'WEBOBD' : 'IVR',
    Status: n % 4 === 0 ? 'NO ANSWER' : 'ANSWER',
    SourceNumber: customer,
    DestinationNumber: isOwn ? '08062861230' : '08062869999',
    DialWhomNumber: `${isOwn ? 92 : 91}812345${String(n % 4).padStart(2, '0')}`,
    receiver_name: `${word} ${n % 4}`,
    agent_email: `${n % 4}@${word}.example`,
    call_group: n % 3 === 0 ? 'Sales' : `group ${word}`,
    campid: n % 3 === 1 ? '77' : `${isOwn ? 1 : 2}00`,
    StartTime: `${at}:00:0${n % 7}`,
    EndTime: `${at}:0${1 + (n % 8)}:30`,
    CallDuration: String(60 + n),
    TalkDuration: n % 4 === 0 ? '0' : String(20 + n),
    coins: isOwn ? '1.5' : '2.25',
    CallRecordingUrl: n % 2 === 0 ? `https://records.example/${word}/${n}` : '',
  };
}

async function endCalls({ database: { pool } }: TestApp, own: number, other: number): Promise<void> {
  const standing = (account: number) => `(select max(id) from calls where account_id = ${account})`;
  await pool.query(`insert into ended_calls (account_id, call_id, removed_at, reason, replaced_by) values
    (${own}, 800001, now() - interval '2 hours', 'MERGED', ${standing(own)}),
    (${own}, 800002, now() - interval '1 hour', 'RETENTION', null),
    (${other}, 900001, now() - interval '90 minutes', 'MERGED', ${standing(other)}),
    (${other}, 900002, now() - interval '30 minutes', 'RETENTION', null)`);
  // Of the other account it is not known any more what ended: that is nothing to the first.
  await pool.query(
    `insert into ended_call_marks (account_id, deleted_through) values (${other}, now() - interval '1 minute')`,
  );
}

/** Copies all rows of an account into a database that holds no others. */
async function copyAccount({ database: from }: TestApp, { database: to }: TestApp, account: number): Promise<void> {
  const { rows: tables } = await from.pool.query<{ name: string; column: string }>(`select table_name as name,
    column_name as column from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and (column_name = 'account_id' or (table_name, column_name) = ('accounts', 'id'))
    order by table_name <> 'accounts'`);
  await to.pool.query('truncate accounts cascade');
  for (const { name, column } of tables) {
    const { rows } = await from.pool.query(`select to_jsonb(t) as row from ${name} t where ${column} = ${account}`);
    await to.pool.query(
      `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
      [JSON.stringify(rows.map(({ row }) => row))],
    );
  }
}
