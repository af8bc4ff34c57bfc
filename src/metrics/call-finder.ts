import type { FoundCalls, ListFinder, PackedOrder } from '../calls/list/list-finder.ts';
import {
  type CallSelection,
  type ColumnName,
  isPacked,
  type ListPlace,
  neededColumns,
  type PackedCalls,
  scanCount,
  scanFewCalls,
  scanFirstCalls,
} from '../columnar/index.ts';
import type { Position } from '../query/cursor.ts';
import type { PageRequest } from '../query/page-arguments.ts';
import { leavesThatMustHold, type Predicate } from '../query/predicate.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { firstMs, instantOf, lastMs, msOf } from '../time/instant.ts';
import { dayMs } from '../time/local-date.ts';
import type { SourceChooser } from './choose-source.ts';

/** Started in [from, to), in milliseconds since 1970. */
type Stretch = { from: number; to: number };

/** How much further back (or on) is looked each time while a page is not full. */
const firstStretchMs = 7 * dayMs;
const growth = 5;

export type FinderParts = {
  lookedAlong?: number | undefined;
  sources: SourceChooser;
  /** The ids of the accounts whose calls may be asked for. */
  accountIds: () => Promise<readonly number[]>;
  now: number;
  atOneMoment: ListFinder['atOneMoment'];
};

/** Finds the calls of lists among packed calls. */
export class CallFinder implements ListFinder {
  readonly lookedAlong: number;
  readonly atOneMoment: ListFinder['atOneMoment'];
  readonly #parts: FinderParts;

  constructor(parts: FinderParts) {
    this.lookedAlong = parts.lookedAlong ?? 1000;
    this.atOneMoment = parts.atOneMoment;
    this.#parts = parts;
  }

  tells(predicate: Predicate): boolean {
    return isPacked(predicate);
  }

  async findPage(
    db: ViewerDatabase,
    test: Predicate,
    order: PackedOrder,
    page: PageRequest,
  ): Promise<FoundCalls | null> {
    const { backwards, size } = page;
    const isByStart = order.column === 'startedAt';
    const after = placeOf(page.after, isByStart);
    const before = placeOf(page.before, isByStart);
    const columns: ColumnName[] = order.column === 'startedAt' ? ['id'] : ['id', order.column];
    const whole = stretchOf(test);
    const isRising = (order.direction === 'ASC') !== backwards;
    const stretches = isByStart ? this.#cutUp(betweenPlaces(whole, order, after, before), isRising) : [whole];
    const ids: number[] = [];
    for (const stretch of stretches) {
      const packed = await this.#open(db, test, stretch, columns);
      if (!packed) return null;
      // One row more than the page has tells whether the list goes on.
      const cut = { order, backwards, after, before, limit: size + 1 - ids.length };
      ids.push(...(await scanFirstCalls(packed.chunks, this.#selected(stretch, test), cut)));
      if (ids.length > size) break;
    }
    return { accountIds: await this.#accountsOf(test), ids };
  }

  async findFew(db: ViewerDatabase, test: Predicate, limit: number): Promise<FoundCalls | null> {
    const stretch = stretchOf(test);
    const packed = await this.#open(db, test, stretch, ['id']);
    const ids = packed && (await scanFewCalls(packed.chunks, this.#selected(stretch, test), limit));
    return ids && { accountIds: await this.#accountsOf(test), ids };
  }

  async count(db: ViewerDatabase, test: Predicate, limit: number): Promise<number | null> {
    const stretch = stretchOf(test);
    const packed = await this.#open(db, test, stretch, []);
    return packed && scanCount(packed.chunks, this.#selected(stretch, test), limit);
  }

  #selected(stretch: Stretch, test: Predicate): CallSelection {
    return { ...stretch, test, cancellation: this.#parts.sources.cancellation };
  }

  async #open(
    db: ViewerDatabase,
    test: Predicate,
    stretch: Stretch,
    columns: readonly ColumnName[],
  ): Promise<PackedCalls | null> {
    const accountIds = await this.#accountsOf(test);
    return this.#parts.sources.openForList(db, {
      accountIds,
      from: stretch.from <= firstMs ? null : instantOf(stretch.from),
      to: stretch.to > lastMs ? null : instantOf(stretch.to),
      columns: [...new Set([...neededColumns(test, {}, []), ...columns])],
    });
  }

  async #accountsOf(test: Predicate): Promise<number[]> {
    const named = accountsNamedBy(test);
    return (await this.#parts.accountIds()).filter((id) => named === null || named.has(id));
  }

  /** Stretches in the order of the list, each larger than the one before. */
  *#cutUp({ from, to }: Stretch, isRising: boolean): Generator<Stretch> {
    let size = firstStretchMs;
    if (isRising) {
      let start = from;
      while (start > firstMs && start + size < Math.min(to, this.#parts.now)) {
        yield { from: start, to: start + size };
        start += size;
        size *= growth;
      }
      yield { from: start, to };
      return;
    }
    let end = to;
    let start = Math.min(to, this.#parts.now) - size;
    while (start > from && size < 1000 * dayMs) {
      yield { from: start, to: end };
      end = start;
      size *= growth;
      start -= size;
    }
    yield { from, to: end };
  }
}

function placeOf(position: Position | null, isByStart: boolean): ListPlace | null {
  if (!position) return null;
  const { key, id } = position;
  return { key: isByStart ? msOf(String(key)) : (key as number | null), id };
}

/** The stretch that a test leaves: what its top level says of the start. */
function stretchOf(test: Predicate): Stretch {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const leaf of leavesThatMustHold(test)) {
    if (!('is' in leaf) || leaf.of !== 'startedAt') continue;
    const ms = Number(leaf.value);
    if (leaf.is === 'gte' || leaf.is === 'gt') from = Math.max(from, ms);
    else to = Math.min(to, ms + 1);
  }
  return { from, to };
}

/** What the places between which a list by start is read leave of a stretch. */
function betweenPlaces(
  { from, to }: Stretch,
  { direction }: PackedOrder,
  after: ListPlace | null,
  before: ListPlace | null,
): Stretch {
  const [low, high] = direction === 'ASC' ? [after, before] : [before, after];
  return {
    from: Math.max(from, low?.key ?? Number.NEGATIVE_INFINITY),
    to: Math.min(to, (high?.key ?? Number.POSITIVE_INFINITY) + 1),
  };
}

/** The accounts that a test's top level names; null: any. */
function accountsNamedBy(test: Predicate): Set<unknown> | null {
  const named = leavesThatMustHold(test).find((leaf) => 'in' in leaf && leaf.of === 'accountId');
  return named && 'in' in named ? new Set(named.in) : null;
}
