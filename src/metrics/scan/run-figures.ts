import type { Test } from '../../filter/test.ts';
import { makeOnce } from '../make-once.ts';
import type { Aggregate } from '../metric-columns.ts';
import { GroupCodes, type GroupKey, type GroupPart } from './group-codes.ts';
import type { MakeTallies } from './plan-tallies.ts';
import { compileRowFilter } from './row-filter.ts';
import type { Run } from './run.ts';

/** The values of some aggregates over the calls of a run that count, group by group; NaN where there is none. */
export type RunFigures = { keys: readonly (readonly GroupKey[])[]; values: readonly Float64Array[] };

/** Those of a run, kept from the second time on that they are asked for; null where its rows must be gone through. */
export type FiguresOfRun = (run: Run) => RunFigures | null;

/** Whether the value of several runs together is told by the value of each. */
export function addsUp(aggregate: Aggregate): boolean {
  return aggregate.of === 'calls' || (aggregate.of === 'spans' && typeof aggregate.take === 'string');
}

/** Of aggregates that add up, and of groups that the columns of a chunk alone tell; null for other groups. */
export function compileRunFigures(
  test: Test,
  by: readonly GroupPart[],
  aggregates: readonly Aggregate[],
  makeTallies: MakeTallies,
): FiguresOfRun | null {
  if (by.some((part) => typeof part === 'object') || aggregates.length === 0) return null;
  const name = nameOf(test, by, aggregates);
  const keep = compileRowFilter(test);

  const make = ({ chunk, first, end }: Run): { figures: RunFigures; bytes: number } => {
    const rows = new Int32Array(end - first);
    for (let k = 0; k < rows.length; k++) rows[k] = first + k;
    const count = keep(chunk, rows, rows.length);
    const slots = new Int32Array(rows.length);
    const codes = new GroupCodes(by);
    if (by.length > 0) codes.place(chunk, rows, count, slots, true);
    const size = by.length > 0 ? codes.size : 1;
    const { tallies, answers } = makeTallies([chunk], size);
    for (const tally of tallies) tally.add({ chunk, rows, slots, count });
    const values = answers.map((answer) => {
      const value = answer();
      return Float64Array.from({ length: size }, (_, group) => Number(value(group) ?? Number.NaN));
    });
    const figures = { keys: by.length > 0 ? codes.keys() : [[]], values };
    return { figures, bytes: size * (8 * values.length + bytesOfKeys * (by.length + 1)) };
  };
  return (run) => run.figures(name, () => make(run));
}

const bytesOfKeys = 32;

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
