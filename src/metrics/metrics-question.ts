import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { Account } from '../accounts/account.table.ts';
import { chooseAccount } from '../accounts/choose-account.ts';
import { type RangeInput, readRange, startedWithin } from '../calls/list/asked-range.ts';
import { callPredicate } from '../calls/list/call-filter.ts';
import type { CallFilter } from '../graphql/generated/inputs.ts';
import type { IdCodec } from '../query/global-id.ts';
import { allOf } from '../query/predicate.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import type { Instant } from '../time/instant.ts';
import type { TimeRange } from '../time/range.ts';
import type { SourceChooser } from './choose-source.ts';
import type { MetricsBudget } from './metrics-budget.ts';
import { MetricsSheet, type SheetQuestion } from './metrics-sheet.ts';
import { oneSlot } from './slots.ts';

export type MetricsQuestionInput = RangeInput & { filter?: CallFilter | null | undefined };

/** Where a question is asked: what decides where its arguments do not. */
export type QuestionContext = {
  now: Instant;
  accounts: readonly Account[];
  /** The account of the entity that the question is asked of, whose zone and region then decide. */
  account?: Account;
  /** The service's own, where no account's decide. */
  timeZone: string;
  region: string;
  liveAgeLimitHours: number;
  budget: MetricsBudget;
  sources: SourceChooser;
};

/** A question about calls, its arguments read: each field of the report is an answer to it. */
export type MetricsQuestion = SheetQuestion & {
  /** The figures over all its calls. */
  totals: MetricsSheet;
};

/** Reads the arguments of a question about calls; BAD_USER_INPUT for those that cannot be, FORBIDDEN without the scope metrics. */
export function askMetrics(db: ViewerDatabase, input: MetricsQuestionInput, around: QuestionContext): MetricsQuestion {
  requireOpened(db.viewer, opensTo.figures);
  const { now, budget, sources, liveAgeLimitHours } = around;
  const { ids } = db.seals;
  const account = around.account ?? chooseAccount(around.accounts, input.filter, ids);
  const usual = account?.timeZone ?? around.timeZone;
  const { range, timeZone, weekStartsOn } = readRange(input, { timeZone: usual, now });
  const region = account?.region ?? around.region;
  const filter = callPredicate(input.filter, { region, ids, viewer: db.viewer });
  return questionOver(range, {
    db,
    now,
    timeZone,
    weekStartsOn,
    accountIds: around.account ? [around.account.id] : accountIdsOf(around.accounts, input.filter, ids),
    filter,
    liveAgeLimitHours,
    budget,
    sources,
    identity: [input.range, input.filter ?? null, timeZone, weekStartsOn],
  });
}

/** The same question over another range, or of other calls. */
export function questionOver(
  range: TimeRange,
  question: Omit<MetricsQuestion, 'range' | 'predicate' | 'totals'>,
): MetricsQuestion {
  const asked = { ...question, range, predicate: allOf(startedWithin(range), question.filter) };
  const totals = new MetricsSheet(asked, oneSlot);
  return { ...asked, totals };
}

/** Those that the filter's top level names, else all. */
function accountIdsOf(accounts: readonly Account[], filter: CallFilter | null | undefined, ids: IdCodec): number[] {
  const all = accounts.map(({ id }) => id);
  const { eq, in: several } = filter?.accountId ?? {};
  if (eq == null && several == null) return all;
  const named = new Set((eq != null ? [eq] : (several ?? [])).map((id) => ids.rowIdOf('Account', id)));
  return all.filter((id) => named.has(id));
}
