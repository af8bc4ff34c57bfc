import { sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { startedWithin } from '../../calls/list/asked-range.ts';
import { callSql } from '../../calls/list/call-predicate.ts';
import { type Chunk, type RatioCounts, scanFollowUps } from '../../columnar/index.ts';
import { allOf, anyOf, type CallOperand, everything, not, type Predicate } from '../../query/predicate.ts';
import { visibleTo } from '../../query/predicate-sql.ts';
import { clampMs, type Instant, instantOf, msOf } from '../../time/instant.ts';
import { abandoned, answered, completed, inbound, missed } from '../catalogue.ts';
import type { MetricsSheet, MetricsSlice, SheetQuestion } from '../metrics-sheet.ts';
import { readAsChunks } from '../read-as-chunks.ts';
import { slotPlanOf } from '../slot-plan-of.ts';

/** First calls, and what may follow them in time; whether customers count once, by the last of their first calls. */
const followUps = {
  repeatCustomerRate: { first: allOf(inbound, completed), next: inbound, isPerCustomer: false },
  missedCustomersReached: { first: allOf(inbound, anyOf(missed, abandoned)), next: answered, isPerCustomer: true },
};
export type FollowUpName = keyof typeof followUps;
export type FollowUpCounts = { numerator: number; denominator: number; excluded: number };

const hourMs = 3_600_000;
const countsOfSheets = new WeakMap<MetricsSheet, Map<string, Promise<RatioCounts>>>();

/** After how many first calls of one row of a sheet the same customer had another one within some hours. */
export async function followUpsOf(
  { sheet, slot }: MetricsSlice,
  name: FollowUpName,
  withinHours: number,
): Promise<FollowUpCounts> {
  const known = countsOfSheets.get(sheet) ?? new Map<string, Promise<RatioCounts>>();
  countsOfSheets.set(sheet, known);
  const key = `${name}(${withinHours})`;
  const counting = known.get(key) ?? computeFollowUps(sheet, name, withinHours * hourMs);
  known.set(key, counting);
  const counts = await counting;
  return {
    numerator: counts.numerator[slot] as number,
    denominator: counts.denominator[slot] as number,
    excluded: counts.excluded[slot] as number,
  };
}

async function computeFollowUps(
  { question, slots }: MetricsSheet,
  name: FollowUpName,
  withinMs: number,
): Promise<RatioCounts> {
  const { range, now, budget, sources } = question;
  budget.spend();
  const { first, next, isPerCustomer } = followUps[name];
  const plan = slotPlanOf(slots, range);
  // The end of a stretch is outside, but what follows just in time counts.
  const to = instantOf(clampMs(msOf(range.to) + withinMs + 1));
  const packed = await sources.openAround(name, question, plan, { from: range.from, to, columns: ['customerId'] });
  const chunks = packed?.chunks ?? (await readAround(question, to, { first, next }, name));
  const test = packed?.test ?? everything;
  const selection = { from: msOf(range.from), to: msOf(range.to), test, cancellation: sources.cancellation };
  return scanFollowUps(chunks, selection, plan, { first, next, isPerCustomer }, { withinMs, now: msOf(now) });
}

/** The calls of the question, and beside them all calls of the same customers that may follow. */
async function readAround(
  { db, predicate, range, accountIds }: SheetQuestion,
  to: Instant,
  { first, next }: { first: Predicate; next: Predicate },
  figures: string,
): Promise<Chunk[]> {
  const own = await readAsChunks(db, callSql(allOf(predicate, anyOf(first, next))), figures);
  const seen = callSql(allOf<CallOperand>(visibleTo(db.viewer), predicate, first));
  const theirs = sql`(${calls.accountId}, ${calls.customerId})
    in (select ${calls.accountId}, ${calls.customerId} from ${calls} where ${seen})`;
  const beside = allOf<CallOperand>(
    { of: 'accountId', in: accountIds },
    startedWithin({ from: range.from, to }),
    next,
    not(predicate),
  );
  const others = await readAsChunks(db, sql`${callSql(beside)} and ${theirs}`, figures);
  return inOrder([...own, ...others.map((chunk): Chunk => ({ ...chunk, isBeside: true }))]);
}

/** Account by account, in order of time. */
function inOrder(chunks: Chunk[]): Chunk[] {
  return chunks.sort((a, b) => a.accountId - b.accountId || a.from - b.from);
}
