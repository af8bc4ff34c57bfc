import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { AppError, badInput } from '../errors.ts';
import type { CallDimension, CallMetricsOrder } from '../graphql/generated.ts';
import { badCursor, nameList, openCursor, sealCursor } from '../paging/cursor.ts';
import { readPageSize } from '../paging/page-arguments.ts';
import { comparableKey, type Dimension, dimensions, type Key, orderTexts } from './dimensions.ts';
import { comparePlaces, type GroupPlace, orderValueSql, orderValues } from './group-order.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from './metrics-sheet.ts';
import { maxRows } from './time-series.ts';

export type BreakDownInput = {
  by: readonly CallDimension[];
  orderBy?: CallMetricsOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
};

/** A group of calls: its key in each dimension it was asked by, and its figures. */
export type MetricsGroup = { keys: Partial<Record<CallDimension, Key>>; cursor: string; metrics: MetricsSlice };

/** A page of groups, and the rest of them together. */
export type MetricsGroups = {
  groups: MetricsGroup[];
  totalCount: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  other: MetricsSlice | null;
};

type RankedGroup = { keys: Key[]; place: GroupPlace };

/** The figures of calls grouped by one to three dimensions. TOO_EXPENSIVE above maxRows groups. */
export async function breakDown(question: MetricsQuestion, input: BreakDownInput): Promise<MetricsGroups> {
  const { by, after, first } = input;
  const orderBy = input.orderBy ?? { metric: 'CALL_COUNT', direction: 'DESC' };
  checkDimensions(by);
  const size = readPageSize(first, 'first');
  const { input: asked, timeZone, weekStartsOn } = question;
  const list = nameList('groups', by, orderBy, asked.range, asked.filter ?? null, timeZone, weekStartsOn);
  const compare = comparePlaces(orderBy.direction);
  const from = after == null ? null : readPlace(list, after, by);

  const groups = await rankGroups(question, by, orderValueSql(orderValues[orderBy.metric]));
  groups.sort((a, b) => compare(a.place, b.place));
  const start = from ? groups.findIndex(({ place }) => compare(place, from) > 0) : 0;
  const skipped = start < 0 ? groups.length : start;
  const page = groups.slice(skipped, skipped + size);
  const hasNextPage = groups.length > skipped + page.length;

  const sheet = sheetOfPage(question, by, groups.slice(0, skipped), page);
  return {
    groups: page.map(({ keys, place }, slot) => ({
      keys: Object.fromEntries(by.map((dimension, i) => [dimension, keys[i] ?? null])),
      cursor: sealCursor(list, place),
      metrics: { sheet, slot },
    })),
    totalCount: groups.length,
    hasNextPage,
    hasPreviousPage: skipped > 0,
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

function readPlace(list: string, cursor: string, by: readonly CallDimension[]): GroupPlace {
  const place = openCursor(list, cursor, ['after']);
  const types = ['number', ...by.flatMap((name) => ['string', dimensions[name].named ? 'number' : 'string'])];
  const isPlace = place.length === types.length && place.every((part, i) => part === null || typeof part === types[i]);
  if (!isPlace) throw badCursor(['after']);
  return place;
}

/** All groups that have calls, with what they are ordered by. */
async function rankGroups(
  { db, condition }: MetricsQuestion,
  by: readonly CallDimension[],
  value: SQL,
): Promise<RankedGroup[]> {
  const used = by.map((name) => dimensions[name]);
  const keys = used.map(({ column }, i) => sql`${column} as ${sql.raw(`k${i}`)}`);
  const ordinals = sql.raw(used.map((_, i) => i + 1).join());
  const { rows } = await db.execute<Record<string, unknown>>(
    sql`select ${sql.join(keys, sql`, `)}, ${value} as value from ${calls} where ${condition} group by ${ordinals} limit ${maxRows + 1}`,
  );
  if (rows.length > maxRows) {
    throw new AppError(
      'TOO_EXPENSIVE',
      `breakdown(by: [${by.join()}]) has more than ${maxRows} groups. Ask by fewer dimensions, or narrow filter or range.`,
      { allowed: maxRows },
    );
  }
  const keysOf = (row: Record<string, unknown>) => used.map((dimension, i) => readKey(dimension, row[`k${i}`]));
  const found = rows.map((row) => ({ keys: keysOf(row), value: row.value === null ? null : Number(row.value) }));
  const texts: Map<Key, string | null>[] = [];
  for (const [i, dimension] of used.entries()) {
    texts.push(
      await orderTexts(
        db,
        dimension,
        found.map(({ keys }) => keys[i] ?? null),
      ),
    );
  }
  return found.map(({ keys, value }) => ({
    keys,
    place: [value, ...keys.flatMap((key, i) => [texts[i]?.get(key) ?? null, key])],
  }));
}

function readKey({ named }: Dimension, raw: unknown): Key {
  if (raw === null) return null;
  return named ? Number(raw) : String(raw);
}

/** A sheet with a row for each group of the page and one more for all groups after it. */
function sheetOfPage(
  { db, condition }: MetricsQuestion,
  by: readonly CallDimension[],
  before: readonly RankedGroup[],
  page: readonly RankedGroup[],
): MetricsSheet {
  const used = by.map((name) => dimensions[name]);
  const known = [...before, ...page];
  const keyArrays = used.map(({ named, type }, i) => {
    const values = known.map(({ keys }) => keys[i] ?? (named ? 0 : ''));
    return sql`${sql.param(values)}::${type}[]`;
  });
  const slots = sql.param(known.map((_, i) => (i < before.length ? -1 : i - before.length)));
  const names = sql.raw(used.map((_, i) => `k${i}`).join());
  const on = used.map((dimension, i) => sql`${comparableKey(dimension)} = g.${sql.raw(`k${i}`)}`);
  return new MetricsSheet(db, {
    condition,
    slot: sql`coalesce(g.slot, ${page.length})`,
    join: sql`left join unnest(${sql.join(keyArrays, sql`, `)}, ${slots}::integer[]) as g(${names}, slot) on ${sql.join(on, sql` and `)}`,
  });
}
