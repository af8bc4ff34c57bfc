import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { views } from '../../scripts/bi/views.ts';
import { dropBiRole } from '../../src/bi/bi-roles.ts';
import { watchSessions } from '../../src/bi/watch-sessions.ts';
import { startTwoAccounts, type TwoAccounts } from '../access/two-accounts.ts';
import { type MadeRole, RoleMaker } from './make-role.ts';

let world: TwoAccounts;
let makers: RoleMaker[];
/** Of the first account, where there are two: with and without bi.calls; and where there never was another. */
let own: { numbers: MadeRole; masked: MadeRole; alone: MadeRole };
let other: MadeRole;
let otherId: number;

beforeAll(async () => {
  world = await startTwoAccounts();
  const { both, alone } = world;
  const { rows } = await both.database.pool.query<{ id: number }>("select id from accounts where name = 'bravo'");
  otherId = rows[0]?.id ?? 0;
  const here = new RoleMaker(both.database);
  const there = new RoleMaker(alone.database);
  makers = [here, there];
  own = {
    numbers: await here.make('numbers', [both.account.id], { seesNumbers: true }),
    masked: await here.make('masked', [both.account.id]),
    alone: await there.make('alone', [both.account.id], { seesNumbers: true }),
  };
  other = await here.make('other', [otherId], { seesNumbers: true });
  await both.database.pool.query('analyze');
}, 120_000);
afterAll(async () => {
  for (const maker of makers) await maker.disconnect();
  await world.close();
  for (const maker of makers) await maker.remove();
});

const quiet = { warn: () => {} };
const asText = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
const codeOf = (role: MadeRole, text: string) =>
  role.query(text).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const denied = '42501';

test('a role sees of each view what it would if there were no other account', async () => {
  for (const { name } of views) {
    const found = asText(await own.numbers.query(`select * from bi.${name}`));
    expect(found.length).toBeGreaterThan(0);
    expect({ name, found }).toEqual({ name, found: asText(await own.alone.query(`select * from bi.${name}`)) });
    expect(found.join('')).not.toMatch(/bravo|8062869999/);
    const others = asText(await other.query(`select * from bi.${name}`));
    expect(others.filter((row) => found.includes(row))).toEqual([]);
  }
});

test('no condition is asked of rows of others: none that fails, casts or tells of what it is given', async () => {
  const { both } = world;
  const id = both.account.id;
  // Each fails as soon as it is asked of a row of the other account.
  const traps: Record<string, string> = {
    calls: `1 / (case when agent_name like 'bravo%' or provider_status like '%bravo%' then 0 else 1 end) = 1`,
    calls_masked: `1 / (${otherId} - account_key) is not null and 1 / (case when agent_name like 'bravo%' then 0 else 1 end) = 1`,
    agents: `(case when name like 'bravo%' then name else '1' end)::integer = 1`,
    campaigns: `(case when campaign_code = '200' then 'x' else '1' end)::integer = 1`,
    call_groups: `1 / (case when name = 'group bravo' then 0 else 1 end) = 1`,
    virtual_numbers: `sqrt(case when number like '%9999' then -1 else 1 end) = 1`,
    customers: `1 / (${otherId} - account_key) is not null`,
    accounts: `(case when name = 'bravo' then name else '1' end)::integer = 1`,
    daily_metrics: `1 / (${otherId} - account_key) is not null`,
    hourly_metrics: `1 / (${otherId} - account_key) is not null`,
  };
  const plans = [
    '',
    'set enable_nestloop = off',
    'set enable_hashjoin = off',
    'set enable_indexscan = off; set enable_bitmapscan = off',
  ];
  for (const plan of plans) {
    await own.numbers.query(`reset all; ${plan}`);
    for (const { name } of views) {
      const count = async (condition: string) =>
        (await own.numbers.query(`select count(*)::integer as n from bi.${name} where ${condition}`))[0]?.n;
      const all = await count('true');
      expect({ name, found: await count(traps[name] as string) }).toEqual({ name, found: all });
    }
  }
  await own.numbers.query('reset all');
  const failed = own.numbers.query('select customer_number::integer from bi.calls');
  await expect(failed).rejects.toThrow(/out of range|invalid input/);
  expect(await own.numbers.query(`select from bi.calls where account_key <> ${id}`)).toEqual([]);
});

test('what EXPLAIN tells of a text does not depend on which it is, so that it tells none of others', async () => {
  const { rows: texts } = await world.both.database.pool.query<{ view: string; name: string }>(
    `select relname as view, attname as name from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'bi'::regnamespace and relkind = 'v' and atttypid = 'text'::regtype and attnum > 0`,
  );
  expect(texts.length).toBeGreaterThan(40);
  const values = ['', '+919777777', '+9198123456', 'call-5', 'group bravo', 'bravo 1', 'INBOUND', 'zzzz'];
  for (const { view, name } of texts) {
    for (const comparison of ['=', '<', '>=']) {
      const plans = new Set<string>();
      for (const value of values) {
        const [plan] = await own.numbers.query(
          `explain (format json) select * from bi.${view} where ${name} ${comparison} '${value}'`,
        );
        plans.add(JSON.stringify(plan, (key, told) => (/Filter|Cond/.test(key) ? '' : told)));
      }
      expect({ view, name, comparison, plans: plans.size }).toEqual({ view, name, comparison, plans: 1 });
    }
  }
});

test('what is asked of a span of time finds its calls by their index, through the barrier', async () => {
  const { numbers } = own;
  await numbers.query('set enable_seqscan = off; set enable_bitmapscan = off');
  const plan = async (text: string) =>
    (await numbers.query<{ 'QUERY PLAN': string }>(`explain ${text}`)).map((line) => line['QUERY PLAN']).join('\n');
  const since = "started_at >= '2026-03-02' and started_at < '2026-03-03'";
  const inAccount =
    /Index (Only )?Scan.* on calls\b.*\n\s+Index Cond: \(\(account_id = r\.account_id\) AND \(started_at >= /;
  for (const view of ['calls', 'calls_masked']) {
    expect(await plan(`select direction, count(*) from bi.${view} where ${since} group by 1`)).toMatch(inAccount);
  }
  for (const view of ['daily_metrics', 'hourly_metrics']) {
    for (const range of [
      "day >= '2026-03-02' and day < '2026-03-03'",
      "starts_at between '2026-03-02' and '2026-03-03'",
    ]) {
      const found = await plan(`select day, sum(call_count) from bi.${view} where ${range} group by 1`);
      expect(found).toMatch(inAccount);
      // Of the buckets the few are chosen first.
      expect(found).toMatch(/on bi_buckets b.*\n(.*\n)?\s+(Index Cond|Filter): .*(day|starts_at) >= /);
    }
  }
  await numbers.query('reset all');
});

test('a role reads the views that it was given, and nothing else', async () => {
  expect(await codeOf(own.masked, 'select from bi.calls')).toBe(denied);
  const { rows: tables } = await world.both.database.pool.query<{ name: string }>(
    `select format('%I.%I', relnamespace::regnamespace::text, relname) as name from pg_class where relkind in ('r', 'S', 'v', 'm', 'p')
     and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'bi'::regnamespace, 'pg_toast'::regnamespace)`,
  );
  expect(tables.length).toBeGreaterThan(25);
  for (const { name } of tables) expect(await codeOf(own.numbers, `select from ${name}`)).toBe(denied);
  for (const change of [
    'insert into bi.agents default values',
    'update bi.calls set talk_seconds = 0',
    'delete from bi.customers',
  ]) {
    expect(await codeOf(own.numbers, `begin; set transaction read write; ${change}`)).toMatch(/42501|55000/);
    await own.numbers.query('rollback');
  }
  const seen = await own.masked.query(
    `select distinct table_schema as schema, table_name as name from information_schema.columns
     where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  expect(seen.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual(
    views
      .map(({ name }) => `bi.${name}`)
      .filter((name) => name !== 'bi.calls')
      .sort(),
  );
  expect(
    await own.numbers.query("select from pg_stats where schemaname not in ('pg_catalog', 'information_schema')"),
  ).toEqual([]);
  expect(await codeOf(own.numbers, 'select from pg_statistic')).toBe(denied);
  const activity = await own.numbers.query<{ usename: string; query: string }>(
    'select usename, query from pg_stat_activity where pid <> pg_backend_pid()',
  );
  expect(activity.length).toBeGreaterThan(1);
  expect(activity.filter(({ query }) => query !== '<insufficient privilege>' && query !== null)).toEqual([]);
});

test('nothing that a role can set or become shows it more', async () => {
  const { numbers } = own;
  const all = async () => (await numbers.query('select count(*)::integer as n from bi.calls'))[0]?.n;
  const before = await all();
  await numbers.query('set default_transaction_read_only = off');
  for (const refused of [
    `set role ${other.name}`,
    `set role postgres`,
    `set session authorization ${other.name}`,
    `select set_config('role', '${other.name}', false)`,
    'set session_replication_role = replica',
    'set row_security = off; set session_preload_libraries = x',
    `alter role ${other.name} password 'x'`,
    `alter role ${numbers.name} connection limit -1`,
    `alter role ${numbers.name} superuser`,
    `grant ${other.name} to ${numbers.name}`,
    'alter view bi.calls set (security_barrier = false)',
    'create or replace view bi.calls as select 1',
  ]) {
    expect({ refused, code: await codeOf(numbers, refused) }).toEqual({ refused, code: denied });
  }
  for (const allowed of [
    'set role none',
    'reset session authorization',
    'set search_path = pg_temp, public',
    "set application_name = 'x'",
    `set my.account = '${otherId}'`,
  ]) {
    expect(await codeOf(numbers, allowed)).toBe('done');
  }
  expect(await all()).toBe(before);
  expect(await numbers.query('select session_user::text as session, current_user::text as now')).toEqual([
    { session: numbers.name, now: numbers.name },
  ]);
});

test('a role leaves nothing in the database, holds no lock that the service waits for, and reaches no file', async () => {
  const { numbers } = own;
  await numbers.query('set default_transaction_read_only = off');
  for (const refused of [
    'create temporary table t (x int)',
    'create temporary view v as select * from bi.calls',
    'create function pg_temp.leak(text) returns boolean language sql as $$ select true $$',
    'create table bi.t (x int)',
    'create table public.t (x int)',
    'create schema s',
    'create extension pg_trgm',
    'create function bi.f() returns int language sql as $$ select 1 $$',
    'select lo_create(0)',
    "select lo_from_bytea(0, 'x')",
    'select pg_advisory_lock(1)',
    'select pg_advisory_xact_lock_shared(1)',
    "select pg_try_advisory_lock(hashtextextended('call-analytics migrations', 0))",
    "select pg_logical_emit_message(false, 'x', 'y')",
    "copy bi.calls to '/tmp/x'",
    "copy (select 1) to program 'true'",
    "select pg_read_file('postgresql.conf')",
    'begin; lock table bi.calls in access exclusive mode',
    'select pg_reload_conf()',
    "select nextval('public.calls_id_seq')",
    'select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user and usename is not null',
  ]) {
    expect({ refused, code: await codeOf(numbers, refused) }).toMatchObject({
      refused,
      // No right; of pg_temp no schema to be made.
      code: expect.stringMatching(/^(42501|3F000)$/),
    });
    await numbers.query('rollback');
  }
  // Of what comes of these nobody is told, and nothing stays.
  for (const allowed of ['listen x', "notify x, 'y'", 'unlisten *', 'do $$ begin perform 1; end $$']) {
    expect(await codeOf(numbers, allowed)).toBe('done');
  }
  await numbers.query('reset default_transaction_read_only');
});

test('what goes on for longer than it may is cancelled, and ended where that does not help', async () => {
  const { db } = world.both.database;
  const { masked } = own;
  const isThere = async (pid: unknown) =>
    ((await world.both.database.pool.query('select from pg_stat_activity where pid = $1', [pid])).rowCount ?? 0) > 0;
  await masked.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
  const slow = codeOf(masked, 'select pg_sleep(60)');
  await sleep(1200);
  expect(await watchSessions(db, { seconds: 60, log: quiet })).toBe(0);
  expect(await watchSessions(db, { seconds: 1, log: quiet })).toBe(1);
  expect(await slow).toBe('57014');

  // The statement takes itself back up, so that only its connection can end it. Eleven seconds are the limit here, and the grace.
  const stubborn = codeOf(
    masked,
    'do $$ begin loop begin perform pg_sleep(60); exception when query_canceled then null; end; end loop; end $$',
  );
  const pid = await world.both.database.pool
    .query('select pid from pg_stat_activity where usename = $1', [masked.name])
    .then(({ rows }) => rows[0].pid);
  await sleep(1200);
  expect(await watchSessions(db, { seconds: 1, log: quiet })).toBe(1);
  expect(await isThere(pid)).toBe(true);
  expect(await watchSessions(db, { seconds: 1 - 10, log: quiet })).toBe(1);
  expect(await stubborn).not.toBe('done');

  const idle = new pg.Client({ connectionString: masked.url });
  const ended = new Promise<string>((resolve) => idle.on('error', (error) => resolve(error.message)));
  await idle.connect();
  await idle.query('begin; set idle_in_transaction_session_timeout = 0; select * from bi.agents');
  await sleep(1200);
  expect(await watchSessions(db, { seconds: 1 - 10, log: quiet })).toBeGreaterThan(0);
  expect(await ended).toMatch(/terminat/);
});

test('a role has so many connections and no more; dropped, it sees nothing from then on, also on those it has', async () => {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = new pg.Client({ connectionString: other.url });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
  };
  for (let n = 1; n < 10; n++) await open();
  await expect(open()).rejects.toThrow(/too many connections/);
  await Promise.all(clients.map((client) => client.end()));

  const { db, pool } = world.both.database;
  expect(await other.query('select from bi.calls limit 1')).toHaveLength(1);
  const { statements } = await dropBiRole(db, other.name);
  expect(await other.query('select from bi.calls limit 1')).toEqual([]);
  await expect(dropBiRole(db, other.name)).rejects.toThrow(/There is no BI role/);
  for (const { text } of statements) await pool.query(text);
  await expect(other.query('select 1')).rejects.toThrow();
  const { rows } = await pool.query('select from pg_roles where rolname = $1', [other.name]);
  expect(rows).toEqual([]);
});
