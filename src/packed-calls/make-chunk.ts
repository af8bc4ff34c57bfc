import type { CallColumns } from './call-columns.ts';
import { type Chunk, noValue } from './chunk.ts';

/** Calls of an account as a chunk. */
export function makeChunk(
  accountId: number,
  { count, of, classes, coins }: CallColumns,
  range?: { from: number; to: number },
): Chunk {
  return {
    accountId,
    from: range?.from ?? of.startedAt[0] ?? 0,
    to: range?.to ?? (of.startedAt[count - 1] ?? 0) + 1,
    count,
    startedAt: of.startedAt,
    classes,
    classCode: Uint16Array.from(of.classCode),
    dead: null,
    int32: (name) => Int32Array.from(of[name], (value) => (Number.isNaN(value) ? noValue : value)),
    instant: (name) => of[name],
    coins: () => ({ codes: Uint16Array.from(of.coinsCode), values: coins }),
    id: () => of.callIds,
  };
}
