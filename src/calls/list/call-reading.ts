import { type SQL, sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import type { ReadDatabase } from '../../postgres/client.ts';
import { allOf } from '../../query/condition.ts';
import type { Cut } from '../../query/page.ts';
import type { Predicate } from '../../query/predicate.ts';
import { calls } from '../call.table.ts';
import type { CallRow } from './call-columns.ts';
import { type IndexAccess, indexAccess, isOfFewCalls } from './call-predicate.ts';
import type { FoundCalls, ListFinder, PackedOrder } from './list-finder.ts';
import type { RequestedOfCalls } from './read-call-rows.ts';
import { readCallRows } from './read-call-rows.ts';

/** Of lists in an order that is not packed: so few calls may be found first and then put in order. */
const fewCalls = 5000;

type Wanted = {
  /** Which calls, and of which accounts. */
  predicate: Predicate;
  /** Of live calls, the few of which an index holds. */
  isLive: boolean;
  column: PackedOrder['column'] | 'updatedAt';
  direction: 'ASC' | 'DESC';
  finder: ListFinder | null | undefined;
  /** What is read of them. Default: all their columns. */
  asked: RequestedOfCalls | undefined;
};

/** How the calls of a list are read and counted. */
export type CallReading = {
  /** Whether an index leads to them and to no others. */
  isLed: boolean;
  readPage: (db: ReadDatabase, cut: Cut) => Promise<CallRow[]>;
  /** Null: by a statement. */
  countUpTo: (limit: number) => Promise<number | null>;
};

/**
 * How the calls of a list are read: along an index where one leads to them and to little else, as a short look along it
 * shows; otherwise they are found among packed calls and read by id. Where that cannot be, calls are asked as they are.
 */
export function callReading({ predicate, isLive, column, direction, finder, asked }: Wanted): CallReading {
  const access = column === 'startedAt' || column === 'updatedAt' ? indexAccess(predicate, column) : null;
  const isLed = isLive || access?.isWhole === true || isOfFewCalls(predicate);
  const readAsked = (db: ReadDatabase, { condition, order, limit }: Cut) =>
    // The limit as text: a plan made for any limit would be made for a large one.
    readCallRows(
      db,
      {
        where: access?.isOfAccount ? allOf([condition, access.isOfAccount]) : condition,
        order,
        limit: sql.raw(String(limit)),
      },
      { asked, isPrepared: access?.isWhole === true },
    );
  if (!finder?.tells(predicate) || isLed) return { isLed, readPage: readAsked, countUpTo: async () => null };

  const readAlong = alongIndex(finder.lookedAlong, asked);
  const findRows = (cut: Cut): Promise<CallRow[] | null> =>
    finder.atOneMoment(async (db) => {
      if (column === 'updatedAt') {
        const few = await finder.findFew(db, predicate, fewCalls);
        if (!few) return null;
        const { between, order, limit } = cut;
        return db.read(calls.accountId, opensTo.calls, (on, own) => {
          const where = allOf([own, isOneOf(few), between]);
          return readCallRows(on, { where, order, limit: sql`${limit}` }, { asked });
        });
      }
      const found = await finder.findPage(db, predicate, { column, direction }, cut.request);
      if (!found) return null;
      const rows = await db.read(calls.accountId, opensTo.calls, (on, own) =>
        readCallRows(on, { where: allOf([own, isOneOf(found)]) }, { asked, isPrepared: true }),
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      return found.ids.flatMap((id) => byId.get(id) ?? []);
    });
  return {
    isLed,
    readPage: async (db, cut) =>
      (access && (await readAlong(db, access, cut))) ?? (await findRows(cut)) ?? readAsked(db, cut),
    countUpTo: (limit) => finder.atOneMoment((db) => finder.count(db, predicate, limit)),
  };
}

/** Reads the rows of a page, if a look at so many calls along an index finds them all; else null. */
function alongIndex(lookedAlong: number, asked: RequestedOfCalls | undefined) {
  return async (
    db: ReadDatabase,
    access: IndexAccess,
    { condition, between, order, limit }: Cut,
  ): Promise<CallRow[] | null> => {
    const along = sql`(select * from ${calls} where ${access.condition} and ${between} order by ${order} limit ${lookedAlong})`;
    const those = { where: condition, order, limit: sql`${limit}`, from: sql`${along} as ${calls}` };
    const rows = await readCallRows(db, those, { asked });
    if (rows.length === limit) return rows;
    const { rows: seen } = await db.execute<{ count: number }>(
      sql`select count(*)::integer as count from ${along} seen`,
    );
    return (seen[0]?.count ?? 0) < lookedAlong ? rows : null;
  };
}

/** Of several accounts it is not known which of them an id is of: see row-key.ts for why they are not named then. */
function isOneOf({ accountIds, ids }: FoundCalls): SQL {
  const named = sql`${calls.id} = any(${sql.param(ids)}::bigint[])`;
  const [only] = accountIds;
  return accountIds.length === 1 ? sql`(${calls.accountId} = ${only}::integer and ${named})` : named;
}
