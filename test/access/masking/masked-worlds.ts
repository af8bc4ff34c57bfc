import { defaultLimits, type Limits } from '../../../src/access/limits.ts';
import { administrator, scopes, type Viewer } from '../../../src/access/viewer.ts';
import { createAccount } from '../../../src/accounts/accounts.ts';
import { PackedMemory } from '../../../src/columnar/cache/packed-memory.ts';
import { packAccounts } from '../../../src/columnar/packing/pack-accounts.ts';
import { openPackedCalls } from '../../../src/columnar/store/open-packed-calls.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { appDefaults, type GraphqlAnswer, startApp, type TestApp } from '../../support/app.ts';

/** What is hidden in two worlds that are the same otherwise: texts of the one, and at the same places those of the other. */
export type Hidden = { here: string[]; there: string[] };

const asciiOf = (digits: string) => digits;
const devanagariOf = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCodePoint(0x966 + Number(digit)));
const escapedOf = (digits: string) => digits.replace(/\d/g, (digit) => `%3${digit}`);
const cutOf = (digits: string) => `${digits.slice(0, 2)}-${digits.slice(2)}`;

/** Five digits in the midst of a number, which no mask shows: the greatest of one world are the least of the other. */
const people = 9;
const middleHere = (person: number) => `6${person}4${9 - person}7`;
const middleThere = (person: number) => `3${9 - person}5${person}2`;
/** Those of which the mask is the same. */
const tailOf = (person: number) => ['210', '345', '678'][person % 3] as string;

const nameHere = (person: number) => `Qamar${'abcdefghi'[person]}`;
const nameThere = (person: number) => `Zubin${'ihgfedcba'[person]}`;
const recordingHere = (n: number) => `tape-${'abcdefgh'[n % 8]}k`;
const recordingThere = (n: number) => `roll-${'hgfedcba'[n % 8]}m`;

export const hiddenTexts: Hidden = { here: [], there: [] };
for (let person = 0; person < people; person++) {
  const [here, there, tail] = [middleHere(person), middleThere(person), tailOf(person)];
  for (const spelled of [asciiOf, devanagariOf, escapedOf, cutOf]) {
    hiddenTexts.here.push(spelled(here));
    hiddenTexts.there.push(spelled(there));
  }
  // The end of a number, as an id of the provider may have it.
  hiddenTexts.here.push(here.slice(1) + tail, nameHere(person), nameHere(person).toLowerCase());
  hiddenTexts.there.push(there.slice(1) + tail, nameThere(person), nameThere(person).toLowerCase());
}
export const hiddenRecordings: Hidden = { here: [], there: [] };
for (let n = 0; n < 8; n++) {
  hiddenRecordings.here.push(recordingHere(n));
  hiddenRecordings.there.push(recordingThere(n));
}

const numberOf = (person: number, spelled = asciiOf) => `98${spelled(middleHere(person))}${tailOf(person)}`;
/** The numbers of everybody, in both worlds, and what else somebody may guess. */
export const guesses: string[] = Array.from({ length: people }, (_, person) => person).flatMap((person) =>
  [middleHere(person), middleThere(person)].flatMap((middle) => [
    `+9198${middle}${tailOf(person)}`,
    `98${middle}${tailOf(person)}`,
    `${middle.slice(1)}${tailOf(person)}`,
    middle,
  ]),
);

function delivery(n: number): Record<string, unknown> {
  const customer = n % people;
  const agent = (n * 5 + 2) % people;
  const day = String(1 + (n % 27)).padStart(2, '0');
  const hour = String(8 + (n % 11)).padStart(2, '0');
  // Whose number is in the call: only by that an id of the provider is judged.
  const [hasCustomer, hasAgent] = [n % 11 !== 0, n % 13 !== 0];
  const sids = [
    `call-${n}`,
    hasCustomer ? `call-${n}-91${numberOf(customer)}` : `call-${n}`,
    hasAgent ? `${n}x${middleHere(agent).slice(1)}${tailOf(agent)}` : `${n}x`,
  ];
  const recordings = [
    '',
    `https://records.example/${numberOf(customer, escapedOf)}`,
    `https://records.example/${recordingHere(n)}`,
  ];
  return {
    type: 'call_report',
    CallSid: sids[n % 3],
    Direction: n % 5 === 0 ? 'WEBOBD' : n % 7 === 0 ? `SIDEWAYS ${numberOf(agent)}` : 'IVR',
    Status: n % 6 === 0 ? `BUSY WITH ${numberOf(agent, cutOf)}` : n % 4 === 0 ? 'NO ANSWER' : 'ANSWER',
    SourceNumber: hasCustomer ? numberOf(customer) : `Shop ${nameHere(customer)}`,
    DestinationNumber: '08062861230',
    DialWhomNumber: hasAgent ? numberOf(agent) : '',
    receiver_name: n % 2 === 0 ? `Asha ${numberOf(agent, n % 4 === 0 ? devanagariOf : cutOf)}` : 'Ravi',
    agent_email: `asha.${numberOf(agent)}@${nameHere(agent)}.example`,
    call_group: n % 3 === 0 ? 'Sales' : `Desk ${numberOf(n % 4)}`,
    campid: n % 3 === 1 ? '77' : numberOf(4 + (n % 4)),
    KeyPress: n % 2 === 0 ? '1' : middleHere(customer),
    ErrorCode: n % 3 === 0 ? `E ${numberOf(customer, cutOf)}` : n % 3 === 1 ? 'E12' : '',
    StartTime: `2026-03-${day} ${hour}:00:0${n % 7}`,
    EndTime: `2026-03-${day} ${hour}:0${1 + (n % 8)}:30`,
    CallDuration: String(60 + n),
    TalkDuration: n % 4 === 0 ? '0' : String(20 + n),
    coins: '1.5',
    CallRecordingUrl: recordings[n % 3],
  };
}

export type MaskedWorld = { app: TestApp; pack: () => Promise<unknown> };

/** Who asks in these tests, by what the Authorization header says. */
export const askers: Record<string, Viewer> = {
  all: administrator,
  withoutNumbers: { name: 'withoutNumbers', accounts: 'all', scopes: scopes.filter((one) => one !== 'numbers') },
  withoutRecordings: {
    name: 'withoutRecordings',
    accounts: 'all',
    scopes: scopes.filter((one) => one !== 'numbers' && one !== 'recordings'),
  },
};

async function startEmpty(): Promise<MaskedWorld> {
  const memory = new PackedMemory(10_000_000);
  const { openPackedCalls: before } = appDefaults;
  appDefaults.openPackedCalls = (db, question) => openPackedCalls(db, memory, question);
  const limits = Object.fromEntries(Object.entries(defaultLimits).map(([name, limit]) => [name, limit * 100]));
  const app = await startApp({
    limits: limits as unknown as Limits,
    viewerOf: (authorization) => askers[authorization ?? ''] ?? { name: 'nobody', accounts: [], scopes: [] },
  });
  appDefaults.openPackedCalls = before;
  return { app, pack: () => packAccounts(app.database.pool, { clock: () => instantOf(Date.now()) }) };
}

/** A service with calls, people and deliveries of two accounts, full of numbers. */
export async function startWorld(): Promise<MaskedWorld> {
  const world = await startEmpty();
  const { app } = world;
  const told = { timeZone: 'Asia/Kolkata', region: 'IN', outgoingAgentLeg: 'LEG_A' as const };
  const made = await createAccount(app.database.db, { name: `Reseller ${numberOf(8)}`, ...told });
  const another = await createAccount(app.database.db, { name: `Reseller ${numberOf(2)}`, ...told });
  if (!made || !another) throw new Error('there is an account of this name already');
  const otherUrl = `${app.url}/webhooks/callerdesk/${made.secret}`;
  const send = async (url: string, payload: object) => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) });
    if (status !== 200) throw new Error(`a delivery was answered with ${status}`);
  };
  for (let n = 0; n < 54; n++) await send(n % 4 === 3 ? otherUrl : app.webhookUrl, delivery(n));
  // The same CallSid in both; a conflict; a delivery nobody understands; one that waits; one that is running.
  await send(otherUrl, delivery(1));
  await send(app.webhookUrl, {
    ...delivery(20),
    CallSid: 'call-3',
    SourceNumber: numberOf(1),
    StartTime: '2026-02-01 10:00:00',
  });
  await send(app.webhookUrl, { type: 'call_report', CallSid: { of: numberOf(3) }, StartTime: 'soon' });
  await send(app.webhookUrl, {
    type: 'call_report',
    CallSid: `late-${numberOf(5)}`,
    CallRecordingUrl: 'https://records.example/late',
  });
  await send(app.webhookUrl, {
    type: 'live_call',
    CallSid: `live-${numberOf(6)}`,
    Status: 'Transfer to agent',
    SourceNumber: numberOf(6),
  });
  const { customers } = (await ask(world, 'all', '{ customers(first: 50) { nodes { id number } } }')).data as {
    customers: { nodes: { id: string; number: string }[] };
  };
  for (const { id, number } of customers.nodes) {
    const person = Array.from({ length: people }, (_, n) => n).find((n) => number === `+91${numberOf(n)}`);
    if (person === undefined) continue;
    await ask(world, 'all', `mutation { updateCustomer(id: "${id}", name: "${nameHere(person)}") { id } }`);
  }
  await world.pack();
  // Read beside what is packed.
  for (let n = 54; n < 60; n++) await send(app.webhookUrl, delivery(n));
  return world;
}

export function ask({ app }: MaskedWorld, who: string, query: string): Promise<GraphqlAnswer> {
  // Thousands of questions are asked, and nobody wants to know how.
  app.takeStatements();
  const headers = { 'content-type': 'application/json', authorization: who };
  return fetch(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }).then(
    async (reply) => ({ status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) }),
  );
}

/** Packed calls are made anew from the calls; what a database is given by its service stays. */
const notCopied = ['call_chunks', 'call_chunk_marks', 'service_keys', 'former_ids', 'access_log'];

/** A world of the same rows, but for texts that are others there. `change`: what else is changed in its database. */
export async function copyWorld(
  { app: { database: from } }: MaskedWorld,
  others: readonly Hidden[],
  change?: (world: MaskedWorld) => Promise<unknown>,
): Promise<MaskedWorld> {
  const world = await startEmpty();
  const { database: to } = world.app;
  const retold = retell(others);
  const { rows: tables } = await from.pool.query<{
    name: string;
  }>(`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name <> 'accounts', table_name`);
  await to.pool.query('truncate accounts cascade');
  for (const { name } of tables.filter((table) => !notCopied.includes(table.name))) {
    const { rows } = await from.pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from ${name} t`,
    );
    const written = rows.map(({ row }) => {
      const { body } = row as { body?: string };
      const text = JSON.parse(retold(JSON.stringify(row))) as typeof row;
      return body
        ? { ...text, body: `\\x${Buffer.from(retold(Buffer.from(body.slice(2), 'hex').toString())).toString('hex')}` }
        : text;
    });
    await to.pool.query(
      `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
      [JSON.stringify(written)],
    );
  }
  await change?.(world);
  await world.pack();
  return world;
}

function retell(others: readonly Hidden[]): (text: string) => string {
  const pairs = new Map(others.flatMap(({ here, there }) => here.map((text, i) => [text, there[i] as string])));
  const longestFirst = [...pairs.keys()].sort((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map((text) => text.replace(/[-\\^$*+?.()|[\]{}]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(any, (found) => pairs.get(found) ?? found);
}
