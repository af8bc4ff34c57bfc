import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { expect } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import type { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { type ColumnName, columnNames, int32Columns, momentColumns, wordColumns } from '../../src/columnar/columns.ts';
import { type Chunk, noValue } from '../../src/columnar/store/chunk.ts';
import type { Reader } from '../../src/columnar/store/find-chunks.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { instantOf } from '../../src/time/instant.ts';

const ofKinds = (columns: readonly ColumnName[]) =>
  [
    int32Columns.filter((name) => columns.includes(name)),
    momentColumns.filter((name) => columns.includes(name)),
    wordColumns.filter((name) => columns.includes(name)),
  ] as const;

/** What columns of chunks tell of calls, by id; a call that is told twice is there twice. */
function told(chunks: readonly Chunk[], columns: readonly ColumnName[]) {
  const [numbers, moments, words] = ofKinds(columns);
  return chunks
    .flatMap((chunk) =>
      Array.from({ length: chunk.count }, (_, i) => i)
        .filter((i) => chunk.superseded?.[i] !== 1)
        .map((i) => {
          const value = (name: (typeof int32Columns)[number]) => chunk.int32(name)[i] ?? null;
          const moment = (name: (typeof momentColumns)[number]) => {
            const ms = chunk.moment(name)[i] as number;
            return Number.isNaN(ms) ? null : instantOf(ms);
          };
          const word = (name: (typeof wordColumns)[number]) => {
            const { codes, values } = chunk.words(name);
            return values[codes[i] as number];
          };
          return {
            id: chunk.id()[i] as number,
            accountId: chunk.accountId,
            startedAt: instantOf(chunk.startedAt[i] as number),
            ...chunk.classes[chunk.classCode[i] as number],
            ...Object.fromEntries(numbers.map((name) => [name, value(name) === noValue ? null : value(name)])),
            ...Object.fromEntries(moments.map((name) => [name, moment(name)])),
            ...Object.fromEntries(words.map((name) => [name, word(name)])),
          };
        }),
    )
    .sort((a, b) => a.id - b.id);
}

function asTold(call: Call, columns: readonly ColumnName[]) {
  const { id, accountId, startedAt, direction, status, disposition, outcome, coins } = call;
  const trimmed = coins?.includes('.') ? coins.replace(/\.?0+$/, '') : coins;
  const values = { ...call, coins: trimmed };
  const names = ofKinds(columns).flat();
  return {
    id,
    accountId,
    startedAt,
    direction,
    status,
    disposition,
    outcome,
    isLegAPicked: call.legAPickedAt !== null,
    hasRecording: call.recordingUrl !== null,
    ...Object.fromEntries(names.map((name) => [name, values[name]])),
  };
}

/** Reads packed calls and calls in one snapshot, and expects the same of both. False where they, or one of the columns, are not packed. */
export async function expectPackedAreCalls(
  pool: pg.Pool,
  memory: PackedMemory,
  accountIds: readonly number[],
  columns: readonly ColumnName[] = columnNames,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const db = drizzle({ client });
    const packed = await openPackedCalls(db as Reader, memory, {
      accountIds,
      from: null,
      to: null,
      columns: ['id', ...columns],
    });
    if (packed === null) return false;
    const stored = await db.select().from(calls).orderBy(calls.id);
    expect(told(packed.chunks, columns)).toEqual(stored.map((call) => asTold(call, columns)));
    return true;
  } finally {
    await client.query('rollback');
    client.release();
  }
}
