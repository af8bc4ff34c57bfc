import type { CallColumns } from './call-columns.ts';
import { type Chunk, noValue } from './chunk.ts';

/** Calls of an account as a chunk. */
export function makeChunk(
  accountId: number,
  { count, of, words }: CallColumns,
  range?: { from: number; to: number },
): Chunk {
  const once = onceEach();
  return {
    accountId,
    from: range?.from ?? of.startedAt[0] ?? 0,
    to: range?.to ?? (of.startedAt[count - 1] ?? 0) + 1,
    count,
    startedAt: of.startedAt,
    classes: words.classes,
    classCode: Uint16Array.from(of.class),
    superseded: null,
    int32: (name) => once(name, () => int32Of(of[name])),
    moment: (name) => of[name],
    words: (name) => ({ codes: once(name, () => Uint16Array.from(of[name])), values: words[name] }),
    id: () => of.id,
  };
}

function int32Of(values: Float64Array): Int32Array {
  const numbers = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    numbers[i] = Number.isNaN(value) ? noValue : value;
  }
  return numbers;
}

function onceEach() {
  const made = new Map<string, unknown>();
  return <Made>(name: string, make: () => Made): Made => {
    const known = (made.get(name) as Made | undefined) ?? make();
    made.set(name, known);
    return known;
  };
}
