import type { CallFilter, LiveBoardDimension } from '../../graphql/generated/inputs.ts';
import { readPageSize } from '../../query/page-arguments.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import type { Instant } from '../../time/instant.ts';
import { orderValues } from '../answers/group-order.ts';
import { queryRanks, scanRanks } from '../answers/rank-groups.ts';
import { dimensionOf, type Key } from '../dimensions.ts';
import { askMetrics, type MetricsQuestion, type QuestionContext } from '../metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from '../metrics-sheet.ts';
import { countLiveCalls, type LiveCalls } from './count-live-calls.ts';

/** What goes on now, and the last hour: each field is an answer to it. */
export type LiveBoard = {
  serverTime: Instant;
  /** The figures of the last hour. */
  lastHour: MetricsQuestion;
  /** The live calls, read once. */
  live: () => Promise<readonly LiveCalls[]>;
};

/** A set of live calls, and the last hour of the same. */
export type LiveFigures = {
  ringing: number;
  talking: number;
  agentsOnPhone: number;
  /** Since when the one that has waited longest does, in milliseconds since 1970; null where none rings. */
  since: number | null;
  now: Instant;
  lastHour: MetricsSlice;
};

/** A row of a board: its key in what the rows are of. */
export type LiveBoardRow = { by: LiveBoardDimension; key: Key; figures: LiveFigures };

const lastHour = { range: { last: 'PT1H' }, weekStartsOn: 1 };

/** Reads the arguments of a board; BAD_USER_INPUT for those that cannot be, FORBIDDEN without the scope metrics. */
export function askLiveBoard(
  db: ViewerDatabase,
  { filter }: { filter?: CallFilter | null | undefined },
  around: QuestionContext,
): LiveBoard {
  const question = askMetrics(db, { ...lastHour, filter }, around);
  let counted: Promise<LiveCalls[]> | undefined;
  const live = () => {
    if (!counted) question.budget.spend();
    counted ??= countLiveCalls(db, question.filter);
    return counted;
  };
  return { serverTime: around.now, lastHour: question, live };
}

/** The figures over all calls of a board. */
export async function totalsOfBoard({ lastHour: question, live, serverTime }: LiveBoard): Promise<LiveFigures> {
  return figuresOf(await live(), serverTime, { sheet: question.totals, slot: 0 });
}

/** The rows of a board, those that need looking after first; TOO_EXPENSIVE where there are too many. */
export async function breakDownBoard(
  { lastHour: question, live, serverTime }: LiveBoard,
  { by, first }: { by: LiveBoardDimension; first: number },
): Promise<LiveBoardRow[]> {
  const size = readPageSize(first, 'first');
  const dimension = dimensionOf(by, question);
  const { CALL_COUNT } = orderValues;
  question.budget.spend();
  const [liveCalls, scanned] = await Promise.all([live(), scanRanks(question, [by], [dimension], CALL_COUNT, [])]);
  const ranks = scanned?.ranks ?? (await queryRanks(question, [dimension], CALL_COUNT));
  question.budget.check(`breakdown(by: ${by})`, ranks.length);

  const recent = new Map(ranks.map(({ keys, value }) => [keys[0] ?? null, value ?? 0]));
  const liveOf = new Map<Key, LiveCalls[]>();
  for (const calls of liveCalls) {
    const key = calls.keys[by];
    liveOf.set(key, [...(liveOf.get(key) ?? []), calls]);
  }
  const keys = [...new Set([...liveOf.keys(), ...recent.keys()])];
  const places = keys.map((key) => {
    const { since, talking } = sumOf(liveOf.get(key) ?? []);
    return { key, since, talking, calls: recent.get(key) ?? 0 };
  });
  const page = places.sort(compareRows).slice(0, size);
  const sheet = new MetricsSheet(question, {
    groups: {
      by: [dimension],
      keys: page.map(({ key }) => [key]),
      slots: page.map((_, slot) => slot),
      otherSlot: -1,
      count: page.length,
    },
  });
  return page.map(({ key }, slot) => ({
    by,
    key,
    figures: figuresOf(liveOf.get(key) ?? [], serverTime, { sheet, slot }),
  }));
}

function figuresOf(live: readonly LiveCalls[], now: Instant, lastHour: MetricsSlice): LiveFigures {
  const agents = new Set(live.filter(({ talking }) => talking > 0).map(({ keys }) => keys.AGENT));
  agents.delete(null);
  return { ...sumOf(live), agentsOnPhone: agents.size, now, lastHour };
}

function sumOf(live: readonly LiveCalls[]): Pick<LiveFigures, 'ringing' | 'talking' | 'since'> {
  const sum = { ringing: 0, talking: 0, since: null as number | null };
  for (const { ringing, talking, since } of live) {
    sum.ringing += ringing;
    sum.talking += talking;
    if (since !== null && (sum.since === null || since < sum.since)) sum.since = since;
  }
  return sum;
}

type Place = { key: Key; since: number | null; talking: number; calls: number };

function compareRows(a: Place, b: Place): number {
  const never = Number.POSITIVE_INFINITY;
  const [x, y] = [a.since ?? never, b.since ?? never];
  if (x !== y) return x < y ? -1 : 1;
  return b.talking - a.talking || b.calls - a.calls || Number(a.key ?? never) - Number(b.key ?? never) || 0;
}
