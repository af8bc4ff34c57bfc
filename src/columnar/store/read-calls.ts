import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { calls } from '../../calls/call.table.ts';
import type { CallColumns } from './call-columns.ts';
import { classWords, coinWords, columnNames, emptyColumns, sortCalls } from './call-columns.ts';
import type { Chunk } from './chunk.ts';
import { makeChunk } from './make-chunk.ts';
import type { Reader } from './reader.ts';

// As doubles: extract() gives an exact decimal, which takes several times as long.
const ms = (column: SQL | { name: string }) => sql`round(date_part('epoch', ${column}) * 1000)`;

const selected = [
  sql`${calls.id}::float8`,
  ms(calls.startedAt),
  sql`0::float8`,
  sql`${calls.agentId}::float8`,
  sql`${calls.campaignId}::float8`,
  sql`${calls.callGroupId}::float8`,
  sql`${calls.virtualNumberId}::float8`,
  sql`${calls.customerId}::float8`,
  sql`${calls.durationSeconds}::float8`,
  sql`${calls.talkSeconds}::float8`,
  sql`${calls.ivrSeconds}::float8`,
  sql`${calls.ringSeconds}::float8`,
  sql`${calls.waitSeconds}::float8`,
  ms(calls.legAPickedAt),
  ms(calls.legBStartedAt),
  ms(calls.answeredAt),
  ms(calls.endedAt),
  sql`0::float8`,
  sql`concat_ws(',', ${calls.direction}, ${calls.status}, coalesce(${calls.disposition}::text, '-'),
  coalesce(${calls.outcome}::text, '-'), (${calls.legAPickedAt} is not null)::integer,
  (${calls.recordingUrl} is not null)::integer)`,
  sql`trim_scale(${calls.coins})::text`,
  sql`${calls.accountId}`,
];

/** The columns as double numbers, in the order of columnNames; the codes' words behind them. Put together once. */
export const selectedCalls = asText(
  sql.join(
    selected.map((value, i) => sql`${value} as ${sql.raw(`c${i}`)}`),
    sql`, `,
  ),
);
/** In place of selectedCalls, where no call is told of. */
export const noCall = sql.raw(selected.map(() => 'null').join(', '));

function asText(expression: SQL): SQL {
  return sql.raw(new PgDialect().sqlToQuery(expression).sql);
}

/** Calls that a condition holds for, by account, each account's in order. `from`: calls, and what the condition needs. */
export async function readCalls(
  db: Reader,
  condition: SQL,
  { from = sql`${calls}`, order, limit }: { from?: SQL; order?: SQL; limit?: number } = {},
): Promise<Map<number, CallColumns>> {
  const sorted = order ? sql`order by ${order}` : sql``;
  const bound = limit === undefined ? sql`` : sql`limit ${limit}`;
  const { rows } = await db.execute<CallRow>(
    sql`select ${selectedCalls} from ${from} where ${condition} ${sorted} ${bound}`,
  );
  return callsOfRows(rows);
}

/** The same as chunks, one for each account. */
export async function readChunks(...asked: Parameters<typeof readCalls>): Promise<Chunk[]> {
  return [...(await readCalls(...asked))].map(([account, own]) => makeChunk(account, own));
}

/** What selectedCalls gives, by account, each account's in order. */
export function callsOfRows(rows: readonly CallRow[]): Map<number, CallColumns> {
  const byAccount = new Map<number, CallRow[]>();
  for (const row of rows) {
    const known = byAccount.get(row.c20 as number);
    if (known) known.push(row);
    else byAccount.set(row.c20 as number, [row]);
  }
  return new Map([...byAccount].map(([account, own]) => [account, columnsOf(own)]));
}

export type CallRow = Record<string, number | string | null>;

function columnsOf(rows: readonly CallRow[]): CallColumns {
  const of = emptyColumns(rows.length);
  for (const [c, name] of columnNames.entries()) {
    const column = of[name];
    const key = `c${c}`;
    for (let i = 0; i < rows.length; i++) {
      const value = (rows[i] as CallRow)[key];
      column[i] = value === null ? Number.NaN : Number(value);
    }
  }
  const words = new ToldWords();
  for (const [i, row] of rows.entries()) {
    of.classCode[i] = words.classOf(row.c18 as string);
    of.coinsCode[i] = words.coinsOf(row.c19 as string | null);
  }
  return sortCalls({ count: rows.length, of, classes: words.classes, coins: words.coins });
}

/** The codes of classes and coins, by what selectedCalls tells of them. */
export class ToldWords {
  readonly #classes = classWords();
  readonly #coins = coinWords();
  readonly #told = new Map<string, number>();

  get classes() {
    return this.#classes.words;
  }

  get coins() {
    return this.#coins.words;
  }

  classOf(told: string): number {
    let code = this.#told.get(told);
    if (code === undefined) {
      code = this.#classes.codeOf(readClass(told));
      this.#told.set(told, code);
    }
    return code;
  }

  coinsOf(told: string | null): number {
    return this.#coins.codeOf(told);
  }
}

function readClass(told: string) {
  const [direction, status, disposition, outcome, isLegAPicked, hasRecording] = told.split(',');
  return {
    direction,
    status,
    disposition: disposition === '-' ? null : disposition,
    outcome: outcome === '-' ? null : outcome,
    isLegAPicked: isLegAPicked === '1',
    hasRecording: hasRecording === '1',
  } as CallColumns['classes'][number];
}
