import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BucketWriter } from '../../src/bi/write-buckets.ts';
import type { calls } from '../../src/calls/call.table.ts';
import { catalogue, type Metric } from '../../src/metrics/catalogue.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { callSpecs, clockChange, toRow, zones } from '../support/recount/random-calls.ts';
import { makeWorld, serviceSettings, type World } from '../support/recount/world.ts';
import { toGlobalId } from '../support/seals.ts';
import { type MadeRole, RoleMaker } from './make-role.ts';

let app: TestApp;
let world: World;
let roles: RoleMaker;
let role: MadeRole;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
  roles = new RoleMaker(app.database);
  role = await roles.make(
    'metrics',
    world.accounts.map(({ id }) => id),
  );
});
afterAll(async () => {
  await roles.disconnect();
  await app.close();
  await roles.remove();
});

type Row = Record<string, string | number | Date | null> & { starts_at: Date; ends_at: Date };

const metrics = Object.entries<Metric>(catalogue).filter(([, one]) => one.kind !== 'figure' || one.additive);
const parts = { ratio: ['numerator', 'denominator', 'excluded'], statistics: ['count', 'sum'], figure: [] };
const fields = metrics
  .map(([name, { kind }]) => (kind === 'figure' ? name : `${name} { ${parts[kind].join(' ')} }`))
  .join(' ');
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The figures of an answer under the names of columns, as texts. */
function asColumns(figures: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    metrics.flatMap(([name, { kind }]): [string, string][] => {
      const value = figures[name] as string | number | Record<string, number>;
      if (typeof value !== 'object') return [[snake(name), String(value)]];
      return parts[kind].map((part) => [`${snake(name)}_${part}`, String(value[part])]);
    }),
  );
}

const dimensions = {
  agent: 'Agent',
  campaign: 'Campaign',
  call_group: 'CallGroup',
  virtual_number: 'VirtualNumber',
} as const;

/** The question whose answer a row is. */
function question(row: Row, zone: string): string {
  const keys = Object.entries(dimensions).map(([name, type]) => {
    const key = row[`${name}_key`] as string | null;
    const field = `${name.replace(/_(.)/, (_, letter) => letter.toUpperCase())}Id`;
    return `${field}: { ${key === null ? 'isNull: true' : `eq: "${toGlobalId(type, Number(key))}"`} }`;
  });
  const account = `accountId: { eq: "${toGlobalId('Account', row.account_key as number)}" }`;
  return `callMetrics(timeZone: "${zone}", range: { between: { from: "${row.starts_at.toISOString()}", to: "${row.ends_at.toISOString()}" } },
    filter: { ${account}, direction: { eq: ${row.direction} }, ${keys.join(', ')} }) {
      totals { ${fields} } days: timeSeries(interval: DAY) { start end label } hours: timeSeries(interval: HOUR) { start end label }
      breakdown(by: [DAY_OF_WEEK, HOUR_OF_DAY]) { nodes { dayOfWeek hourOfDay } } }`;
}

type Answer = {
  totals: Record<string, unknown>;
  days: { start: string; end: string; label: string }[];
  hours: { start: string; end: string; label: string }[];
  breakdown: { nodes: { dayOfWeek: number; hourOfDay: number }[] };
};

async function compare(rows: readonly Row[], unit: 'days' | 'hours'): Promise<void> {
  const zoneOf = new Map(world.accounts.map(({ id, timeZone }) => [id, timeZone]));
  for (let from = 0; from < rows.length; from += 10) {
    const some = rows.slice(from, from + 10);
    const answers = await app.query<Record<string, Answer>>(
      `{ ${some.map((row, i) => `r${i}: ${question(row, zoneOf.get(row.account_key as number) ?? '')}`).join('\n')} }`,
    );
    some.forEach((row, i) => {
      const answer = answers[`r${i}`] as Answer;
      const expected = asColumns(answer.totals);
      for (const [column, value] of Object.entries(expected)) {
        // What a ratio never excludes has no column.
        if (column in row || value !== '0') expect({ [column]: value }).toEqual({ [column]: tidy(row[column]) });
      }
      const [bucket, ...others] = answer[unit];
      expect(others).toEqual([]);
      expect({ start: row.starts_at.toISOString(), end: row.ends_at.toISOString() }).toEqual({
        start: bucket?.start,
        end: bucket?.end,
      });
      expect(row.day).toBe(answer.days[0]?.label);
      if (unit === 'days') return;
      expect(row.label).toBe(bucket?.label);
      expect(answer.breakdown.nodes).toEqual([{ dayOfWeek: row.day_of_week, hourOfDay: row.hour_of_day }]);
    });
  }
}

const tidy = (value: unknown) =>
  String(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

test('each row of the days and of the hours is what GraphQL answers for its bucket and its keys, and together they are all calls', async () => {
  let seen = 0;
  const writer = new BucketWriter();
  // Of the days around a change: what is further away would have buckets of more years cut.
  const nearSpecs = clockChange.chain((change) =>
    callSpecs(change, 60).map((specs) =>
      specs.filter(({ startedAt }) => Math.abs(startedAt - change) < 4 * 86_400_000),
    ),
  );
  const accountZones = fc.tuple(
    fc.constantFrom(...zones.slice(0, 2)),
    fc.constantFrom('Pacific/Chatham', 'Asia/Kathmandu'),
  );
  await fc.assert(
    fc.asyncProperty(nearSpecs, accountZones, async (specs, zonesOf) => {
      const { db, pool } = app.database;
      await pool.query('truncate calls');
      for (const [i, account] of world.accounts.entries()) {
        account.timeZone = zonesOf[i] as string;
        await pool.query('update accounts set time_zone = $1 where id = $2', [account.timeZone, account.id]);
      }
      await insertCalls(
        db,
        specs.map((spec, i) => toRow(spec, i, world)),
      );
      await writer.run(db, { now: Date.now() });
      for (const [view, unit] of [
        ['daily_metrics', 'days'],
        ['hourly_metrics', 'hours'],
      ] as const) {
        const rows = await role.query<Row>(`select *, day::text as day from bi.${view} order by random() limit 16`);
        await compare(rows, unit);
        const [all] = await role.query(
          `select coalesce(sum(call_count), 0)::integer as sum, count(*)::integer as rows from bi.${view}`,
        );
        expect(all?.sum).toBe(specs.length);
        seen += rows.length;
      }
    }),
    { numRuns: 3 },
  );
  expect(seen).toBeGreaterThan(20);
}, 120_000);

test('calls of years long gone and to come are counted, too, and rules of a zone that changed are put right', async () => {
  const { db, pool } = app.database;
  await pool.query('truncate calls');
  const [account] = world.accounts;
  const accountId = account?.id ?? 0;
  await pool.query("update accounts set time_zone = 'America/Havana' where id = $1", [accountId]);
  const starts = ['0001-01-02T03:04:05Z', '1969-12-31T23:59:59.999Z', '2012-11-04T05:30:00Z', '9998-05-05T05:05:05Z'];
  const told = {
    accountId,
    direction: 'INBOUND',
    status: 'COMPLETED',
    createdAt: starts[2],
    updatedAt: starts[2],
  } as const;
  await insertCalls(
    db,
    starts.map((startedAt, i) => ({ ...told, callSid: `far-${i}`, startedAt }) as typeof calls.$inferInsert),
  );
  const writer = new BucketWriter();
  expect(await writer.run(db, { now: Date.now() })).toBeGreaterThan(0);
  expect(await writer.run(db, { now: Date.now() })).toBe(0);
  const days = () => role.query<{ day: string }>('select day::text, call_count from daily_metrics order by starts_at');
  const found = await days();
  expect(found).toHaveLength(starts.length);
  // The clock of Havana goes back at one in the morning: 01:30 of summer is 00:30 again.
  expect(found[2]).toMatchObject({ day: '2012-11-04' });
  expect(await role.query('select sum(call_count)::integer as sum from hourly_metrics')).toEqual([
    { sum: starts.length },
  ]);

  await pool.query(
    "update bi_buckets set ends_at = ends_at + interval '1 hour', day = day + 1 where day = '2012-11-04'",
  );
  await pool.query("delete from bi_buckets where day = '1969-12-31'");
  expect(await new BucketWriter().run(db, { now: Date.now() })).toBeGreaterThan(2);
  expect(await days()).toEqual(found);
}, 120_000);
