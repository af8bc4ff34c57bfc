import { sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { callSql } from '../../calls/list/call-predicate.ts';
import { isLive } from '../../calls/list/list-calls.ts';
import { scanTraffic, type Traffic } from '../../columnar/index.ts';
import { everything } from '../../query/predicate.ts';
import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import type { MetricsSheet, MetricsSlice, SheetQuestion } from '../metrics-sheet.ts';
import { readAsChunks } from '../read-as-chunks.ts';
import { slotPlanOf } from '../slot-plan-of.ts';
import type { Slots } from '../slots.ts';

const trafficOfSheets = new WeakMap<MetricsSheet, Promise<Traffic[]>>();

/** The traffic of one row of a sheet: how many calls go on at once, whenever they began. */
export async function trafficOf({ sheet, slot }: MetricsSlice): Promise<Traffic> {
  let traffic = trafficOfSheets.get(sheet);
  if (!traffic) {
    traffic = computeTraffic(sheet);
    trafficOfSheets.set(sheet, traffic);
  }
  return (await traffic)[slot] as Traffic;
}

async function computeTraffic({ question, slots }: MetricsSheet): Promise<Traffic[]> {
  const { range, now, budget, sources } = question;
  budget.spend();
  const plan = slotPlanOf(onlyKnownGroups(slots), range);
  const to = range.to < now ? range.to : now;
  const around = { from: range.from, to, columns: ['endedAt'] as const, overlapping: true };
  const packed = await sources.openAround('traffic', question, plan, around);
  const test = packed?.test ?? everything;
  const chunks = packed?.chunks ?? (await readGoingOn(question, to));
  return scanTraffic(
    chunks,
    { from: msOf(range.from), to: msOf(to), now: msOf(now), test, cancellation: sources.cancellation },
    plan,
  );
}

/** A call that began before the range and whose key no group has is in none of them. */
function onlyKnownGroups({ groups, time }: Slots): Slots {
  if (!groups) return time ? { time } : {};
  const { otherKeys = [], otherSlot } = groups;
  return {
    ...(time && { time }),
    groups: {
      ...groups,
      keys: [...groups.keys, ...otherKeys],
      slots: [...groups.slots, ...otherKeys.map(() => otherSlot)],
      otherSlot: -1,
    },
  };
}

const hourMs = 3_600_000;
/** Longer calls have an index of their own, calls_long: one that began long before the range is found by that. */
const longCallHours = 4;

/** The calls of a question that were going on at some time from the start of its range. */
function readGoingOn({ db, range, filter, accountIds }: SheetQuestion, to: Instant) {
  const begun = instantOf(msOf(range.from) - longCallHours * hourMs);
  const endedAfter = sql`${calls.endedAt} > ${range.from}::timestamptz`;
  const goingOn = sql`${calls.accountId} = any(${sql.param(accountIds)}::integer[])
    and ${calls.startedAt} < ${to}::timestamptz
    and ((${calls.startedAt} >= ${begun}::timestamptz and ${calls.status} = 'COMPLETED' and ${endedAfter})
      or (${calls.endedAt} - ${calls.startedAt} > interval '4 hours' and ${endedAfter} and ${calls.status} = 'COMPLETED')
      or ${callSql(isLive)})`;
  return readAsChunks(db, sql`${goingOn} and ${callSql(filter)}`, 'Traffic');
}
