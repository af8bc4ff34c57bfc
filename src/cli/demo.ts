import { createInterface } from 'node:readline/promises';
import type pg from 'pg';
import { commandLine } from '../access/viewer.ts';
import { bringHistory } from '../demo/bring-history.ts';
import { runLiveCalls } from '../demo/live-calls.ts';
import {
  findAccountsBeside,
  listDemoAccounts,
  type PreparedAccount,
  prepareAccounts,
} from '../demo/prepare-accounts.ts';
import { findDemoRows, removeDemo } from '../demo/remove-demo.ts';
import { sendDelivery } from '../demo/send-delivery.ts';
import { whileAlone } from '../postgres/advisory-lock.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { webhookPath } from '../providers/provider.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError } from '../startup-error.ts';
import { type FoundService, findOrStartService } from './demo/find-service.ts';
import { type DemoArguments, readArguments, usage } from './demo/read-arguments.ts';
import { type Run, runCommand, say } from './terminal/command.ts';
import { progressBar } from './terminal/progress-bar.ts';

type Wanted = Extract<DemoArguments, { command: 'run' }>;

/** Tells the demo's lock from those of other purposes. */
const purpose = 1_684_368_751;
const count = (n: number) => n.toLocaleString('en');

await runCommand<DemoArguments>({
  usage,
  onSignal: 'finish',
  read: readArguments,
  run: async (on, wanted) => {
    if (wanted.command === 'remove') return withDatabase(on, (database) => remove(database, wanted.yes));
    const service = await findOrStartService(on.config, wanted.url);
    try {
      return await withDatabase(on, (database) => demonstrate(on, database, service, wanted));
    } finally {
      await service.stop();
    }
  },
});

/** Opens the database, and holds the demo's lock: another one would take its addresses, or its rows. */
async function withDatabase(
  { config, log }: Run,
  work: (database: OpenDatabase) => Promise<boolean>,
): Promise<boolean> {
  const database = await openServiceDatabase({ config, log, name: 'demo', max: 4 });
  let client: pg.PoolClient | undefined;
  try {
    client = await database.pool.connect();
    const done = await whileAlone(client, { purpose, account: 0 }, () => work(database));
    if (done === null) throw new StartupError('The demo runs already: end that one first.');
    return done;
  } finally {
    client?.release();
    await database.close();
  }
}

async function demonstrate(
  { signal }: Run,
  { db, pool }: OpenDatabase,
  service: FoundService,
  wanted: Wanted,
): Promise<boolean> {
  const beside = wanted.beside ? [] : await findAccountsBeside({ db, pool });
  if (beside.length > 0) {
    throw new StartupError(
      `There are calls of ${beside.join(', ')}, which figures would count together with made-up ones. Use another DATA_DIR, or add --beside.`,
    );
  }
  const prepared = await prepareAccounts(db, commandLine);
  if (!(await bringAll(pool, prepared, wanted, signal))) return false;
  say(`\nPlayground   ${service.url}/graphql (open it in a browser)`);
  await sayKeys(service.url);
  if (wanted.rate > 0 && wanted.stopAfter !== 0) await goOnLive(prepared, service, wanted, signal);
  if (service.ended && !signal.aborted) {
    say('The service goes on until Ctrl-C.');
    await Promise.race([service.ended, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
  }
  return true;
}

/** Brings the calls of all accounts up to now; whether it was not told to end meanwhile. */
async function bringAll(
  pool: pg.Pool,
  prepared: readonly PreparedAccount[],
  { seed, days }: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  const begun = Date.now();
  let rows = 0;
  let unreadable = 0;
  const show = progressBar({ all: null, out: process.stderr, describe: (done) => `${count(done)} calls` });
  for (const one of prepared) {
    const before = rows;
    const counts = await bringHistory(pool, one, {
      providers,
      seed,
      days,
      now: Date.now(),
      signal,
      onProgress: (done) => show(before + done, false),
    });
    rows += counts.rows;
    unreadable += counts.states.UNREADABLE;
  }
  show(rows, true);
  if (signal.aborted) {
    say('Broken off: the same again goes on from here.');
    return false;
  }
  const names = prepared.map(({ account }) => account.name).join(' and ');
  const odd = unreadable === 0 ? '' : `, ${count(unreadable)} of them unreadable as some always are`;
  say(`${names}: ${count(rows)} deliveries in ${((Date.now() - begun) / 1000).toFixed(1)} s${odd}.`);
  return true;
}

/** Says how to ask where nobody may without a key. */
async function sayKeys(url: string): Promise<void> {
  const reply = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  }).catch(() => null);
  if (reply?.status !== 401) return;
  say(`The playground asks for a key. One for the demo alone, which is deleted with it:
  npm run --silent key -- create --name demo --scopes calls,metrics,numbers,recordings,inbox --account demo-sales --account demo-support`);
}

async function goOnLive(
  prepared: readonly PreparedAccount[],
  { url, ended }: FoundService,
  { rate, seed, stopAfter }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  void ended?.then(() => stop.abort());
  const until = AbortSignal.any([signal, stop.signal]);
  say(`Live calls   ${rate} a minute, ${stopAfter === null ? 'until Ctrl-C' : `for ${stopAfter} seconds`}`);
  const addresses = prepared.map(
    ({ account, secret }) => `${url}${webhookPath(providers.get(account.provider), secret)}`,
  );
  const { calls, reported } = await runLiveCalls({
    accounts: prepared.map(({ made }) => made),
    rate,
    seed,
    forMs: stopAfter === null ? null : stopAfter * 1000,
    signal: until,
    send: (place, delivery) => sendDelivery(addresses[place] ?? '', delivery, until),
  });
  say(`Live calls ended: ${count(calls)} began, and ${count(calls - reported)} of them are not over.`);
}

async function remove({ db, pool }: OpenDatabase, yes: boolean): Promise<boolean> {
  const accounts = await listDemoAccounts(db);
  if (accounts.length === 0) {
    say('There is no demo here.');
    return true;
  }
  const found = await findDemoRows(pool, accounts);
  say('To be deleted for good:');
  for (const { name, rows } of found.accounts) {
    say(`  account ${name}: ${rows.map((of) => `${count(of.rows)} ${of.word}`).join(', ')}`);
  }
  if (found.keys.length > 0) say(`  keys for these accounts alone: ${found.keys.join(', ')}`);
  if (!yes && process.stdin.isTTY && !(await isConfirmed())) {
    say('Nothing was changed.');
    return false;
  }
  await removeDemo({ db, pool }, accounts, commandLine);
  say('The demo is removed.');
  return true;
}

async function isConfirmed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Go on? (yes/no) ').finally(() => terminal.close());
  return answer.trim().toLowerCase() === 'yes';
}
