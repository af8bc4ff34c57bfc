import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import { makeOnce } from '../make-once.ts';
import type { Aggregate } from '../metric-columns.ts';
import { GroupCodes, type GroupKey, type GroupPart } from './group-codes.ts';
import type { MakeTallies } from './plan-tallies.ts';
import type { Run } from './run.ts';
import { compileSelectRows } from './select-rows.ts';
import type { FillValues, Tally } from './tally.ts';

/** The values of some aggregates over the calls of a run that count, group by group; NaN where there is none. */
export type RunFigures = { keys: readonly (readonly GroupKey[])[]; values: readonly Float64Array[] };

/** Those of a run, kept from the second time on that they are asked for; null where its rows must be gone through. */
export type FiguresOfRun = (run: Run) => RunFigures | null;

/** Whether the value of several runs together is told by the value of each. */
export function addsUp(aggregate: Aggregate): boolean {
  return aggregate.of === 'calls' || (aggregate.of === 'spans' && typeof aggregate.take === 'string');
}

// Where groups have fewer calls than this, going through the calls takes about as long.
const callsOfGroup = 4;
const bytesOfKeys = 16;

/**
 * Of aggregates that add up, and of groups that the columns of a chunk alone tell; null for other groups. What gathers is
 * made once for all runs of these chunks.
 */
export function compileRunFigures(
  chunks: readonly Chunk[],
  test: Test,
  by: readonly GroupPart[],
  aggregates: readonly Aggregate[],
  makeTallies: MakeTallies,
): FiguresOfRun | null {
  if (by.some((part) => typeof part === 'object') || aggregates.length === 0) return null;
  const name = nameOf(test, by, aggregates);
  const select = compileSelectRows(test);
  const place = compileRunGroups(by);
  let rows = new Int32Array(0);
  let slots = new Int32Array(0);
  let capacity = 0;
  let gathering: { tallies: readonly Tally[]; fills: readonly FillValues[] } = { tallies: [], fills: [] };
  const gatherFor = (size: number) => {
    if (size > capacity) {
      capacity = Math.max(2 * capacity, size);
      const { tallies, answers } = makeTallies(chunks, capacity);
      gathering = { tallies, fills: answers.flatMap(({ fill }) => fill?.() ?? []) };
    }
    return gathering;
  };

  const make = ({ chunk, first, end }: Run, maxBytes: number): { figures: RunFigures; bytes: number } | null => {
    if (rows.length < end - first) {
      rows = new Int32Array(end - first);
      slots = new Int32Array(end - first);
    }
    const count = select(chunk, first, end, rows);
    const keys = place(chunk, rows, count, slots);
    const size = keys.length;
    const bytes = size * (8 * aggregates.length + bytesOfKeys);
    if ((size - 1) * callsOfGroup > end - first || bytes > maxBytes) return null;
    const { tallies, fills } = gatherFor(Math.max(size, 1));
    for (const tally of tallies) tally.add({ chunk, rows, slots, count });
    const values = fills.map((fill) => {
      const own = new Float64Array(size);
      fill(own);
      return own;
    });
    for (const tally of tallies) tally.clear?.(size);
    return { figures: { keys, values }, bytes };
  };
  return (run) => run.figures(name, (maxBytes) => make(run, maxBytes));
}

/** Puts the group of each row into `slots`, from 0 for each run, and tells the keys of these groups. */
function compileRunGroups(by: readonly GroupPart[]) {
  const codes = new GroupCodes(by);
  const keys: (readonly GroupKey[])[] = [];
  let groupOfCode = new Int32Array(0);
  return (chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array): (readonly GroupKey[])[] => {
    if (by.length === 0) {
      slots.fill(0, 0, count);
      return [[]];
    }
    codes.place(chunk, rows, count, slots, true);
    while (keys.length < codes.size) keys.push(codes.keysOf(keys.length));
    if (groupOfCode.length < codes.size) groupOfCode = new Int32Array(2 * codes.size);
    groupOfCode.fill(-1);
    const own: (readonly GroupKey[])[] = [];
    for (let k = 0; k < count; k++) {
      const code = slots[k] as number;
      let group = groupOfCode[code] as number;
      if (group < 0) {
        group = own.push(keys[code] as readonly GroupKey[]) - 1;
        groupOfCode[code] = group;
      }
      slots[k] = group;
    }
    return own;
  };
}

let names = 0;
/** A short name for each question. */
const shortName = makeOnce(
  (words: string) => words,
  () => ({ name: `figures ${++names}` }),
);

function nameOf(test: Test, by: readonly GroupPart[], aggregates: readonly Aggregate[]): string {
  return shortName(`${JSON.stringify([test, by])} ${aggregates.map(inWords).join()}`).name;
}

const words = new WeakMap<Aggregate, string>();

function inWords(aggregate: Aggregate): string {
  const known = words.get(aggregate) ?? JSON.stringify(aggregate);
  words.set(aggregate, known);
  return known;
}
