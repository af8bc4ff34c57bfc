import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { clockSql } from '../calls/list/clock-sql.ts';
import type { Instant } from '../time/instant.ts';
import type { LocalClock } from '../time/local-clock.ts';
import { comparableKey, type Dimension, type Key } from './dimensions.ts';

/** Groups by their keys: calls of a known group have its slot (-1: none), all others share `otherSlot` (-1: have none). */
export type GroupSlots = {
  readonly by: readonly Dimension[];
  readonly keys: readonly (readonly Key[])[];
  readonly slots: readonly number[];
  readonly otherSlot: number;
  /** The keys of the groups that share `otherSlot`: of calls that began before the range others are of no group. */
  readonly otherKeys?: readonly (readonly Key[])[];
  readonly count: number;
};

/** Time by the boundaries of its buckets, which cover the range, or by the hours of the local week. */
export type TimeSlots =
  | { readonly starts: readonly Instant[]; readonly count: number }
  | { readonly clock: LocalClock; readonly count: number };

/** Which row of a sheet a call belongs to, from 0: by group, by time, or by both: group * time.count + time. */
export type Slots = { readonly groups?: GroupSlots; readonly time?: TimeSlots };

/** Everything in one row. */
export const oneSlot: Slots = {};

/** How many rows there are. */
export function countSlots({ groups, time }: Slots): number {
  return (groups?.count ?? 1) * (time?.count ?? 1);
}

/** The slot of a call as SQL, below 0 for none, and what it needs beside calls. */
export function slotsSql({ groups, time }: Slots): { slot: SQL; join: SQL } {
  const join = groups ? groupJoin(groups) : sql``;
  const group = groups && sql`coalesce(g.slot, ${groups.otherSlot}::integer)`;
  const moment = time && timeSql(time);
  if (group && moment) return { slot: sql`(${group}) * ${time.count}::integer + ${moment}`, join };
  return { slot: group ?? moment ?? sql`0`, join };
}

function timeSql(time: TimeSlots): SQL {
  if ('clock' in time) return clockSql(time.clock);
  // Boundaries are made first and calls assigned to them: no function of the database cuts local hours right.
  return sql`(width_bucket(${calls.startedAt}, ${sql.param(time.starts)}::timestamptz[]) - 1)`;
}

function groupJoin({ by, keys, slots }: GroupSlots): SQL {
  const arrays = by.map(({ emptyKey, type }, i) => {
    const values = keys.map((key) => key[i] ?? emptyKey);
    return sql`${sql.param(values)}::${type}[]`;
  });
  const names = sql.raw(by.map((_, i) => `k${i}`).join());
  const on = by.map((dimension, i) => sql`${comparableKey(dimension)} = g.${sql.raw(`k${i}`)}`);
  return sql`left join unnest(${sql.join(arrays, sql`, `)}, ${sql.param(slots)}::integer[]) as g(${names}, slot) on ${sql.join(on, sql` and `)}`;
}
