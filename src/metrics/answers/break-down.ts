import { badInput } from '../../errors.ts';
import type { CallDimension, CallMetricsOrder } from '../../graphql/generated/inputs.ts';
import { badCursor, nameListOf, openCursor, sealCursor } from '../../query/cursor.ts';
import type { CursorCodec } from '../../query/cursor-codec.ts';
import { readPageSize } from '../../query/page-arguments.ts';
import { type Dimension, dimensionOf, type Key } from '../dimensions.ts';
import { LikelyColumns } from '../likely-columns.ts';
import type { MetricsQuestion } from '../metrics-question.ts';
import { type ColumnValues, MetricsSheet, type MetricsSlice } from '../metrics-sheet.ts';
import type { GroupSlots } from '../slots.ts';
import { type GroupPlace, orderValues } from './group-order.ts';
import { KeyTexts } from './key-texts.ts';
import { pageOfGroups } from './page-of-groups.ts';
import { queryRanks, type Rank, type Ranks, scanRanks } from './rank-groups.ts';

export type BreakDownInput = {
  by: readonly CallDimension[];
  orderBy?: CallMetricsOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
};

/** A group of calls: its key in each dimension it was asked by, and its figures. */
export type MetricsGroup = {
  keys: Partial<Record<CallDimension, Key>>;
  cursor: () => Promise<string>;
  metrics: MetricsSlice;
  page: GroupPage;
};

/** What the groups of a page have in common. */
export type GroupPage = { question: MetricsQuestion; by: readonly CallDimension[]; groups: GroupSlots };

/** A page of groups, and the rest of them together. */
export type MetricsGroups = {
  groups: MetricsGroup[];
  totalCount: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  other: MetricsSlice | null;
};

/** `rank`: its place among the groups as they were found. */
type RankedGroup = Rank & { rank: number };

/** The figures of calls grouped by one to three dimensions. TOO_EXPENSIVE where there are too many groups. */
export async function breakDown(
  question: MetricsQuestion,
  input: BreakDownInput,
  likely: LikelyColumns = new LikelyColumns(),
): Promise<MetricsGroups> {
  const { by, after, first } = input;
  const orderBy = input.orderBy ?? { metric: 'CALL_COUNT', direction: 'DESC' };
  checkDimensions(by);
  const size = readPageSize(first, 'first');
  const used = by.map((name) => dimensionOf(name, question));
  const { viewer, seals } = question.db;
  const list = nameListOf(viewer, 'groups', by, orderBy, ...question.identity);
  const from = after == null ? null : readPlace(seals.cursors, list, after, used);

  const { groups, known } = await rankGroups(question, by, used, orderBy, likely);
  const texts = new KeyTexts(question, used);
  const { direction } = orderBy;
  const { before, page, rest } = await pageOfGroups(groups, { direction, after: from, size }, texts);
  const hasNextPage = rest.length > 0;
  let places: Promise<GroupPlace[]> | undefined;
  const placeOf = async (slot: number) => {
    places ??= texts.placesOf(page);
    return (await places)[slot] ?? [];
  };

  const slots = slotsOfPage(used, before, page, rest);
  const sheet = new MetricsSheet(question, { groups: slots }, valuesOfPage(known, page, rest), (columns) =>
    likely.note(columns),
  );
  const shared: GroupPage = { question, by, groups: slots };
  return {
    groups: page.map(({ keys }, slot) => ({
      keys: Object.fromEntries(by.map((dimension, i) => [dimension, keys[i] ?? null])),
      cursor: async () => sealCursor(seals.cursors, list, await placeOf(slot)),
      metrics: { sheet, slot },
      page: shared,
    })),
    totalCount: groups.length,
    hasNextPage,
    hasPreviousPage: before.length > 0,
    other: hasNextPage ? { sheet, slot: page.length } : null,
  };
}

function checkDimensions(by: readonly CallDimension[]): void {
  if (by.length >= 1 && by.length <= 3 && new Set(by).size === by.length) return;
  throw badInput(
    ['by'],
    `has ${by.length} dimensions${by.length > 1 ? ', or one twice' : ''}`,
    '1 to 3 different ones',
  );
}

function readPlace(cursors: CursorCodec, list: string, cursor: string, used: readonly Dimension[]): GroupPlace {
  const place = openCursor(cursors, list, cursor, ['after']);
  const types = [
    'number',
    ...used.flatMap(({ named, emptyKey }) => [named ? 'string' : typeof emptyKey, typeof emptyKey]),
  ];
  const isPlace = place.length === types.length && place.every((part, i) => part === null || typeof part === types[i]);
  if (!isPlace) throw badCursor(['after']);
  return place;
}

/** All groups that have calls, with what they are ordered by. */
async function rankGroups(
  question: MetricsQuestion,
  by: readonly CallDimension[],
  used: readonly Dimension[],
  orderBy: CallMetricsOrder,
  likely: LikelyColumns,
): Promise<{ groups: RankedGroup[]; known: Ranks['known'] }> {
  const { budget } = question;
  budget.spend();
  const order = orderValues[orderBy.metric];
  const scanned = await scanRanks(question, by, used, order, likely.columns);
  const found = scanned?.ranks ?? (await queryRanks(question, used, order));
  budget.check(`breakdown(by: [${by.join()}])`, found.length);
  const groups = found.map(({ keys, value }, rank) => ({ keys, value, rank }));
  return { groups, known: scanned?.known ?? new Map() };
}

/** What is known of groups, by the rows of a page: one for each group, and one for all after it. */
function valuesOfPage(
  known: Ranks['known'],
  page: readonly RankedGroup[],
  rest: readonly RankedGroup[],
): Map<string, ColumnValues> {
  const others = rest.map(({ rank }) => rank);
  const values = new Map<string, ColumnValues>();
  for (const [name, { of, together }] of known) {
    let other: { value: unknown } | undefined;
    values.set(name, (slot) => {
      const group = page[slot];
      if (group) return of(group.rank);
      other ??= { value: together(others) };
      return other.value;
    });
  }
  return values;
}

/** A row for each group of the page and one more for all groups after it; groups before it have none. */
function slotsOfPage(
  by: readonly Dimension[],
  before: readonly RankedGroup[],
  page: readonly RankedGroup[],
  rest: readonly RankedGroup[],
): GroupSlots {
  const known = [...before, ...page];
  return {
    by,
    keys: known.map(({ keys }) => keys),
    slots: known.map((_, i) => (i < before.length ? -1 : i - before.length)),
    otherSlot: page.length,
    otherKeys: rest.map(({ keys }) => keys),
    count: page.length + 1,
  };
}
