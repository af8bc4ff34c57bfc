import type { Span } from './spans.ts';

/** Pieces of SQL for DuckDB: what docs/metrics.md says of each figure, in its words. */

export const inbound = `direction = 'INBOUND'`;
const [answered, abandoned, missed] = ['ANSWERED', 'ABANDONED', 'MISSED'].map(
  (outcome) => `(${inbound} and outcome = '${outcome}')`,
) as [string, string, string];
const offered = `outcome in ('ANSWERED', 'MISSED', 'ABANDONED')`;

const isTrue = (condition: string) => `coalesce(${condition}, false)`;
const countOf = (condition: string) => `count(*) filter (${condition})`;
const share = (part: string, whole: string) => `${countOf(part)} / nullif(${countOf(whole)}, 0)`;

export const few = `count(*) as calls, ${countOf(`outcome = 'ANSWERED'`)} as answered,
  ${countOf(`outcome = 'MISSED'`)} as missed, coalesce(sum(duration_seconds) filter (status = 'COMPLETED'), 0) as seconds`;

const short = isTrue(`${abandoned} and wait_seconds < 5`);
export const usual = `${few}, ${countOf(`outcome = 'ABANDONED'`)} as abandoned,
  ${share(`outcome = 'ANSWERED'`, offered)} as answer_rate,
  ${share(`${abandoned} and not ${short}`, `${inbound} and ${offered} and not ${short}`)} as abandon_rate,
  ${share(
    `${answered} and wait_seconds between 0 and 20`,
    `(((${answered} or ${abandoned}) and wait_seconds >= 0) or ${missed}) and not ${short}`,
  )} as service_level,
  avg(talk_seconds) filter (outcome = 'ANSWERED') as talk, avg(wait_seconds) filter (${answered}) as speed`;

const stop = `case when outcome = 'ANSWERED' then answered_at else ended_at end`;
export const secondsFrom = (column: string) => `floor((epoch_ms(${stop}) - epoch_ms(${column})) / 1000)`;

/** Service levels of three rules; `seconds` are columns that hold the time on the clock of each. */
export function serviceLevels(seconds: Record<'a' | 'b' | 'c', string>): string {
  const untimed = (s: string) => `((${answered} or ${abandoned}) and not ${isTrue(`${s} >= 0`)})`;
  const timed = (s: string) => `(((${answered} or ${abandoned}) and ${s} >= 0) or ${missed})`;
  const shortly = isTrue(`${abandoned} and ${seconds.a} >= 0 and ${seconds.a} < 3`);
  const { a, b, c } = seconds;
  const parts = {
    a: [`${answered} and ${a} between 0 and 17`, `${timed(a)} and not ${shortly}`, `${untimed(a)} or ${shortly}`],
    b: [`(${answered} or ${abandoned}) and ${b} between 0 and 43`, timed(b), untimed(b)],
    c: [
      `${answered} and ${c} between 0 and 31`,
      `${answered} and ${c} >= 0`,
      `${untimed(c)} or ${missed} or (${abandoned} and ${c} >= 0)`,
    ],
  };
  return Object.entries(parts)
    .flatMap(([name, [numerator, denominator, excluded]]) => [
      `${countOf(numerator ?? '')} as ${name}_numerator`,
      `${countOf(denominator ?? '')} as ${name}_denominator`,
      `${countOf(excluded ?? '')} as ${name}_excluded`,
      `${share(numerator ?? '', denominator ?? '')} as ${name}_value`,
    ])
    .join(', ');
}

export const waited = `filter (${inbound} and outcome in ('ANSWERED', 'ABANDONED'))`;
export const talked = `filter (outcome = 'ANSWERED')`;

/** Counts of talk times between neighbouring bounds, from the lowest. */
export function talkBins(bounds: readonly number[]): string {
  const at = (i: number) => (i < bounds.length ? `talk_seconds < ${bounds[i]}` : 'talk_seconds is not null');
  const from = (i: number) => (i > 0 ? ` and talk_seconds >= ${bounds[i - 1]}` : '');
  return [...bounds.keys(), bounds.length]
    .map((i) => `${countOf(`outcome = 'ANSWERED' and ${at(i)}${from(i)}`)} as bin${i}`)
    .join(', ');
}

export const timestamp = (instant: string) => `timestamp '${instant.slice(0, -1)}'`;
export const within = ({ from, to }: Span) => `started_at >= ${timestamp(from)} and started_at < ${timestamp(to)}`;
export const callsOf = (span: Span, filter = 'true') => `from calls where ${within(span)} and ${filter}`;

/**
 * The calls of a span with their local time, which is worked out by quarter of an hour: call by call it takes DuckDB several
 * times as long. `key` is an expression of `local`.
 */
export function byLocalTime(span: Span, timeZone: string, key: string, columns: string, filter = 'true'): string {
  return `with quarters as (
      select epoch_ms(ts) // 900000 as quarter, timezone('${timeZone}', ts at time zone 'UTC') as local
      from (select unnest(generate_series(time_bucket(interval '15 minutes', ${timestamp(span.from)}),
        ${timestamp(span.to)}, interval '15 minutes')) as ts)
    ), keys as (select quarter, ${key} as key from quarters)
    select key, ${columns} from calls join keys on quarter = epoch_ms(started_at) // 900000
    where ${within(span)} and ${filter} group by all`;
}

/** The start of a local period, as milliseconds. */
export const startOf = (unit: string, timeZone: string) =>
  `epoch_ms(date_trunc('${unit}', local) at time zone '${timeZone}')`;

/**
 * When calls went on, cut to pieces of time (their columns: key, f, t): one row for each call and piece. A call that lasts
 * over many days would be in many; those of the bench do not.
 */
function occupied(pieces: string, { from, to }: Span): string {
  return `pieces as (${pieces}), going as (
      select started_at, ended_at from calls
      where status <> 'UNREPORTED' and ended_at > started_at
        and started_at < ${timestamp(to)} and ended_at > ${timestamp(from)}
    ), occupied as (
      select key, f, t, greatest(started_at, f) as s, least(ended_at, t) as e
      from going join pieces on started_at < t and ended_at > f
    )`;
}

export const whole = ({ from, to }: Span) => `select 0 as key, ${timestamp(from)} as f, ${timestamp(to)} as t`;
/** Whole days of elapsed time, from the start of the span. */
export const days = ({ from, to }: Span) =>
  `select epoch_ms(f) as key, f, f + interval '1 day' as t
   from (select unnest(generate_series(${timestamp(from)}, ${timestamp(to)} - interval '1 day', interval '1 day')) as f)`;

const steps = `steps as (
    select key, ts, sum(d) as d from (
      select key, s as ts, 1 as d from occupied union all select key, e, -1 from occupied
    ) group by key, ts
  ), levels as (select key, ts, sum(d) over (partition by key order by ts) as level from steps)`;

export const peaks = (pieces: string, span: Span) => `with ${occupied(pieces, span)}, ${steps},
  top as (select key, max(level) as peak from levels group by key),
  moments as (select key, min(epoch_ms(ts)) as peak_at from levels join top using (key) where level = peak group by key),
  traffic as (select key, sum(epoch_ms(e) - epoch_ms(s)) / any_value(epoch_ms(t) - epoch_ms(f)) as erlangs from occupied group by key)
  select key, peak, peak_at, erlangs from top join moments using (key) join traffic using (key)`;

/**
 * The busy hour. Traffic of the hour from x is F(x + 1 h) - F(x), where F(x) is for how long calls have occupied the time
 * before x: straight between the moments at which a call begins or ends, so that the greatest lies where x or x + 1 h is one.
 */
export const busyHours = (pieces: string, span: Span) => `with ${occupied(pieces, span)},
  points as (
    select key, ts, sum(d) as d from (
      select key, epoch_ms(s) as ts, 1 as d from occupied union all select key, epoch_ms(e), -1 from occupied
      union all select key, unnest([epoch_ms(s) - 3600000, epoch_ms(s) + 3600000, epoch_ms(e) - 3600000, epoch_ms(e) + 3600000]), 0
        from occupied
      union all select key, unnest([epoch_ms(f), epoch_ms(f) + 3600000, epoch_ms(t) - 3600000, epoch_ms(t)]), 0 from pieces
    ) group by key, ts
  ),
  known as (
    select key, ts, coalesce(sum(gone) over (partition by key order by ts), 0) as before from (
      select key, ts, lag(level) over w * (ts - lag(ts) over w) as gone
      from (select key, ts, sum(d) over (partition by key order by ts) as level from points)
      window w as (partition by key order by ts)
    )
  ),
  traffic as (
    select one.key, one.ts as x, other.before - one.before as ms
    from known one join known other on other.key = one.key and other.ts = one.ts + 3600000
      join pieces on pieces.key = one.key and one.ts >= epoch_ms(f) and other.ts <= epoch_ms(t)
  ),
  best as (
    select key, min(x) as start, any_value(ms) / 3600000 as erlangs
    from (select key, max(ms) as ms from traffic group by key) join traffic using (key, ms) where ms > 0 group by key
  )
  select best.key, start, any_value(erlangs) as erlangs, count(*) as calls
  from best join occupied on occupied.key = best.key and epoch_ms(s) < start + 3600000 and epoch_ms(e) > start
  group by best.key, start`;

/**
 * First calls of a span after whose start the same customer started another incoming one within a week. Two of the same
 * instant are looked behind; a window by RANGE, which knows any number of them, takes several times as long.
 */
export const repeats = ({ from, to }: Span) => `with starts as (
    select customer_id, started_at, status,
      lead(started_at) over w as one, lead(started_at, 2) over w as other,
      case when one > started_at then one else other end as next
    from calls where ${inbound} and customer_id is not null
      and started_at >= ${timestamp(from)} and started_at <= ${timestamp(to)} + interval '7 days'
    window w as (partition by customer_id order by started_at)
  )
  select count(*) filter (next > started_at and next <= started_at + interval '7 days') as numerator,
    count(*) as denominator,
    (select count(*) ${callsOf({ from, to }, `${inbound} and status = 'COMPLETED' and customer_id is null`)}) as excluded
  from starts where status = 'COMPLETED' and started_at < ${timestamp(to)}`;

/** Customers whose last missed call of a span was followed by an answered one within a day. */
export const reached = ({ from, to }: Span) => `with misses as (
    select customer_id, max(started_at) as missed_at
    from calls where ${within({ from, to })} and ${inbound} and outcome in ('MISSED', 'ABANDONED') and customer_id is not null
    group by customer_id
  ), back as (
    select distinct customer_id from misses join calls using (customer_id)
    where outcome = 'ANSWERED' and started_at > missed_at and started_at <= missed_at + interval '1 day'
      and started_at >= ${timestamp(from)} and started_at <= ${timestamp(to)} + interval '1 day'
  )
  select (select count(*) from back) as numerator, count(*) as denominator, 0 as excluded from misses`;
