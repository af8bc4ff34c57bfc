import { sql } from 'drizzle-orm';
import { accounts } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import type { Database } from '../postgres/client.ts';
import { instantOf } from '../time/instant.ts';
import { dayMs, epochDayOf, localDateOf } from '../time/local-date.ts';
import { epochDayAt, startOfDayMs } from '../time/zone.ts';
import type { BiBucket } from './bi-bucket.table.ts';
import { biBuckets } from './bi-bucket.table.ts';
import { biRoleAccounts } from './bi-role.table.ts';
import { cutBuckets } from './cut-buckets.ts';

/** Milliseconds since 1970. */
type Span = { from: number; to: number };
type Zone = { timeZone: string; accountIds: number[] };

/** Calls before this year are rare, and so are those of the future: of these only single days are cut. */
const firstYear = 2000;
/** So long before a year begins it is cut. */
const aheadMs = 40 * dayMs;

/**
 * Writes the days and hours by which the views of the schema bi count calls: of the years in which the accounts that BI roles see
 * have calls, in their zones. A process cuts each span once, so that what another version knew of a zone is put right.
 */
export class BucketWriter {
  readonly #written = new Map<string, Set<number>>();

  /** How many rows were changed. Ends early once the signal is aborted. */
  async run(db: Database, { now, signal }: { now: number; signal?: AbortSignal }): Promise<number> {
    let changed = 0;
    for (const zone of await seenZones(db)) {
      const known = this.#written.get(zone.timeZone) ?? new Set();
      this.#written.set(zone.timeZone, known);
      for (const span of await missingSpans(db, zone, known, now)) {
        if (signal?.aborted) return changed;
        changed += await writeSpan(db, zone.timeZone, span);
        known.add(span.from);
      }
    }
    return changed;
  }
}

async function seenZones(db: Database): Promise<Zone[]> {
  const { rows } = await db.execute<Zone>(sql`
    select ${accounts.timeZone} as "timeZone", array_agg(distinct ${accounts.id}) as "accountIds"
    from ${biRoleAccounts} join ${accounts} on ${accounts.id} = ${biRoleAccounts.accountId}
    group by ${accounts.timeZone} order by 1`);
  return rows;
}

async function missingSpans(db: Database, zone: Zone, known: ReadonlySet<number>, now: number): Promise<Span[]> {
  const { timeZone } = zone;
  const yearAt = (ms: number) => localDateOf(epochDayAt(timeZone, ms)).year;
  const years: Span[] = [];
  for (let year = Math.min(firstYear, yearAt(now)); year <= yearAt(now + aheadMs); year++) {
    years.push({ from: startOfYear(timeZone, year), to: startOfYear(timeZone, year + 1) });
  }
  const [first, last] = [years[0] as Span, years.at(-1) as Span];
  const needed = years.filter(({ from, to }) => !known.has(from) && to > now);
  const rest = years.filter(({ from, to }) => !known.has(from) && to <= now);
  const days = await daysOutside(db, zone, { from: first.from, to: last.to });
  return [...needed, ...(await withCalls(db, zone, rest)), ...days.filter(({ from }) => !known.has(from))];
}

const startOfYear = (zone: string, year: number) => startOfDayMs(zone, epochDayOf({ year, month: 1, day: 1 }));

async function withCalls(db: Database, { accountIds }: Zone, spans: readonly Span[]): Promise<Span[]> {
  if (spans.length === 0) return [];
  const starts = sql.param(spans.map(({ from }) => instantOf(from)));
  const ends = sql.param(spans.map(({ to }) => instantOf(to)));
  const { rows } = await db.execute<{ at: string }>(sql`
    select span.place as at from unnest(${starts}::timestamptz[], ${ends}::timestamptz[]) with ordinality as span(starts, ends, place)
    where exists (select from ${calls} where ${calls.accountId} = any(${sql.param(accountIds)}::integer[])
      and ${calls.startedAt} >= span.starts and ${calls.startedAt} < span.ends)`);
  return rows.map(({ at }) => spans[Number(at) - 1] as Span);
}

/** The days of UTC in which calls started that lie outside a span. */
async function daysOutside(db: Database, { accountIds }: Zone, { from, to }: Span): Promise<Span[]> {
  const { rows } = await db.execute<{ day: string }>(sql`
    select distinct floor(extract(epoch from ${calls.startedAt}) / 86400) as day from ${calls}
    where ${calls.accountId} = any(${sql.param(accountIds)}::integer[])
    and (${calls.startedAt} < ${instantOf(from)} or ${calls.startedAt} >= ${instantOf(to)})`);
  return rows.map(({ day }) => ({ from: Number(day) * dayMs, to: (Number(day) + 1) * dayMs }));
}

/** Has the rows of a span be those that are cut now; how many there are, where they were others. */
async function writeSpan(db: Database, timeZone: string, span: Span): Promise<number> {
  const cut = cutBuckets(timeZone, span);
  // The first day may begin before the span, and the hours in between are those of another one.
  const ofUnit = (unit: BiBucket['unit']) => {
    const starts = cut.find((bucket) => bucket.unit === unit)?.startsAt;
    return sql`(${biBuckets.unit} = ${unit} and ${biBuckets.startsAt} >= ${starts} and ${biBuckets.startsAt} < ${instantOf(span.to)})`;
  };
  const inSpan = sql`${biBuckets.timeZone} = ${timeZone} and (${ofUnit('DAY')} or ${ofUnit('HOUR')})`;
  const kept = await db.select().from(biBuckets).where(inSpan).orderBy(biBuckets.unit, biBuckets.startsAt);
  if (JSON.stringify(kept.map(valuesOf)) === JSON.stringify(cut.map(valuesOf))) return 0;
  await db.transaction(async (tx) => {
    await tx.delete(biBuckets).where(inSpan);
    await tx.execute(sql`
      insert into ${biBuckets} (time_zone, unit, starts_at, ends_at, label, day, day_of_week, hour_of_day)
      select * from jsonb_to_recordset(${JSON.stringify(cut)}::jsonb) as cut("timeZone" text, unit text,
        "startsAt" timestamptz, "endsAt" timestamptz, label text, day date, "dayOfWeek" integer, "hourOfDay" integer)
      on conflict do nothing`);
  });
  return cut.length;
}

const valuesOf = (bucket: BiBucket) => [
  bucket.unit,
  bucket.startsAt,
  bucket.endsAt,
  bucket.label,
  bucket.day,
  bucket.dayOfWeek,
  bucket.hourOfDay,
];
