import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import { chooseAccount } from '../accounts/choose-account.ts';
import { calls } from '../calls/call.table.ts';
import { callCondition } from '../calls/call-filter.ts';
import type { Database } from '../db/client.ts';
import { badInput } from '../errors.ts';
import { allOf, type Condition } from '../filter/condition.ts';
import type { CallFilter, TimeRangeInput } from '../graphql/generated.ts';
import type { Instant } from '../time/instant.ts';
import { resolveRange, type TimeRange } from '../time/range.ts';

export type MetricsQuestionInput = {
  range: TimeRangeInput;
  filter?: CallFilter | null | undefined;
  timeZone?: unknown;
  weekStartsOn: number;
};

/** Where a question is asked: what decides where its arguments do not. */
export type MetricsSurroundings = {
  now: Instant;
  accounts: readonly Account[];
  /** The service's own, where no account's decide. */
  timeZone: string;
  region: string;
  timeZones: ReadonlySet<string>;
};

/** A question about calls, its arguments read: each field of the report is an answer to it. */
export type MetricsQuestion = {
  db: Database;
  input: MetricsQuestionInput;
  now: Instant;
  range: TimeRange;
  timeZone: string;
  weekStartsOn: number;
  filter: Condition;
  /** Filter and range. */
  condition: Condition;
};

/** Reads the arguments of a question about calls; BAD_USER_INPUT for those that cannot be. */
export function askMetrics(db: Database, input: MetricsQuestionInput, around: MetricsSurroundings): MetricsQuestion {
  const account = chooseAccount(around.accounts, input.filter);
  const timeZone = readTimeZone(input.timeZone, around.timeZones) ?? account?.timeZone ?? around.timeZone;
  const { weekStartsOn } = input;
  if (weekStartsOn < 1 || weekStartsOn > 7) {
    throw badInput(['weekStartsOn'], `is ${weekStartsOn}`, '1 (Monday) to 7 (Sunday)');
  }
  const range = resolveRange(input.range, { zone: timeZone, now: around.now, weekStartsOn, path: ['range'] });
  const filter = callCondition(input.filter, { region: account?.region ?? around.region });
  return {
    db,
    input,
    now: around.now,
    range,
    timeZone,
    weekStartsOn,
    filter,
    condition: allOf([
      sql`${calls.startedAt} >= ${range.from}::timestamptz and ${calls.startedAt} < ${range.to}::timestamptz`,
      filter,
    ]),
  };
}

function readTimeZone(value: unknown, known: ReadonlySet<string>): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && known.has(value)) return value;
  throw badInput(
    ['timeZone'],
    `${JSON.stringify(value)?.slice(0, 60)} is not a known zone`,
    'an IANA name spelt exactly, such as "Asia/Kolkata", "America/New_York" or "UTC"',
  );
}
