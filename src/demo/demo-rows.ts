import { dayMs } from '../generator/calendar-of-load.ts';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { type Payload, reportOf, unreadableReport } from './deliveries.ts';
import type { DemoAccount } from './demo-company.ts';
import { drawDemoDay, midnightBefore } from './draw-demo-day.ts';

export type DemoSpan = {
  seed: number;
  /** How many days before that of `until`. */
  days: number;
  /** Calls that started later than this; null: all of those days. */
  after: number | null;
  /** Calls that were over by then. */
  until: number;
};

/** The reports of an account's made-up calls day by day, as rows of an import. */
export function* demoRows(account: DemoAccount, { seed, days, after, until }: DemoSpan): Generator<ImportedRow[]> {
  const today = midnightBefore(until);
  const earliest = today - days * dayMs;
  let row = 0;
  const rowOf = (payload: Payload): ImportedRow => {
    row += 1;
    return { where: `row ${row}`, body: Buffer.from(JSON.stringify(payload)) };
  };
  for (let midnight = earliest; midnight <= today; midnight += dayMs) {
    if (after !== null && midnight + dayMs <= after) continue;
    const rows: ImportedRow[] = [];
    for (const { facts, receivedAt } of drawDemoDay(account, midnight, seed)) {
      const startedAt = Date.parse(facts.sentStartedAt ?? facts.receivedAt);
      if ((after !== null && startedAt <= after) || receivedAt > until) continue;
      const report = reportOf(facts);
      // Once a week somebody sends what nobody can read.
      const isOdd = rows.length === 20 && isMonday(midnight);
      rows.push(rowOf(isOdd ? { ...report, EndTime: 'to be told' } : report));
      if (isOdd) rows.push(rowOf(unreadableReport(midnight + dayMs / 2)));
    }
    yield rows;
  }
}

/** Of a midnight in Asia/Kolkata: it is still Sunday in UTC. */
function isMonday(midnight: number): boolean {
  return new Date(midnight).getUTCDay() === 0;
}
