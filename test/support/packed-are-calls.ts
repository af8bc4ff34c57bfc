import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { expect } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import type { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import type { ColumnName } from '../../src/columnar/columns.ts';
import { type Chunk, noValue } from '../../src/columnar/store/chunk.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import type { Reader } from '../../src/columnar/store/reader.ts';
import { instantOf } from '../../src/time/instant.ts';

const int32 = ['agentId', 'campaignId', 'callGroupId', 'virtualNumberId', 'customerId'] as const;
const spans = ['durationSeconds', 'talkSeconds', 'ivrSeconds', 'ringSeconds', 'waitSeconds'] as const;
const moments = ['legAPickedAt', 'legBStartedAt', 'answeredAt', 'endedAt'] as const;
export const packedColumns: ColumnName[] = ['id', 'coins', ...int32, ...spans, ...moments];

/** Everything that chunks tell of calls, by id; a call that is told twice is there twice. */
function told(chunks: readonly Chunk[]) {
  return chunks
    .flatMap((chunk) =>
      Array.from({ length: chunk.count }, (_, i) => i)
        .filter((i) => chunk.superseded?.[i] !== 1)
        .map((i) => {
          const value = (name: (typeof int32)[number] | (typeof spans)[number]) => chunk.int32(name)[i] ?? null;
          const moment = (name: (typeof moments)[number]) => {
            const ms = chunk.moment(name)[i] as number;
            return Number.isNaN(ms) ? null : instantOf(ms);
          };
          const { codes, values } = chunk.words('coins');
          return {
            id: chunk.id()[i] as number,
            accountId: chunk.accountId,
            startedAt: instantOf(chunk.startedAt[i] as number),
            ...chunk.classes[chunk.classCode[i] as number],
            ...Object.fromEntries(
              [...int32, ...spans].map((name) => [name, value(name) === noValue ? null : value(name)]),
            ),
            ...Object.fromEntries(moments.map((name) => [name, moment(name)])),
            coins: values[codes[i] as number],
          };
        }),
    )
    .sort((a, b) => a.id - b.id);
}

function asTold(call: Call) {
  const { id, accountId, startedAt, direction, status, disposition, outcome, coins } = call;
  const trimmed = coins?.includes('.') ? coins.replace(/\.?0+$/, '') : coins;
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
    ...Object.fromEntries([...int32, ...spans, ...moments].map((name) => [name, call[name]])),
    coins: trimmed,
  };
}

/** Reads packed calls and calls in one snapshot, and expects the same of both. False where they are not packed. */
export async function expectPackedAreCalls(
  pool: pg.Pool,
  memory: PackedMemory,
  accountIds: readonly number[],
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const db = drizzle({ client });
    const packed = await openPackedCalls(db as Reader, memory, {
      accountIds,
      from: null,
      to: null,
      columns: packedColumns,
    });
    if (packed === null) return false;
    const stored = await db.select().from(calls).orderBy(calls.id);
    expect(told(packed.chunks)).toEqual(stored.map(asTold));
    return true;
  } finally {
    await client.query('rollback');
    client.release();
  }
}
