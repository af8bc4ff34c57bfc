import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import { classNumbersOf } from './class-numbers.ts';
import type { TrafficSelection } from './occupancies.ts';
import { classTable, compileRowFilter, firstAtOrAfter } from './row-filter.ts';

const isLive: Test = { of: 'status', in: ['RINGING', 'IN_PROGRESS'] };
const isCompleted: Test = { of: 'status', in: ['COMPLETED'] };

/** When the calls of a chunk are going on, clipped to the selection: the first `count` of starts and ends. */
export type OccupiedRows = { count: number; starts: Float64Array; ends: Float64Array };

/** Finds them in one chunk after another; what it gave before is overwritten. */
export function compileOccupiedRows({ from, to, now, test }: TrafficSelection): (chunk: Chunk) => OccupiedRows {
  const live = classTable(isLive);
  const completed = classTable(isCompleted);
  const isEverything = 'all' in test && test.all.length === 0;
  const keep = compileRowFilter(test);
  let rows = new Int32Array(0);
  let starts = new Float64Array(0);
  let ends = new Float64Array(0);

  return (chunk) => {
    if (rows.length < chunk.count) {
      rows = new Int32Array(chunk.count);
      starts = new Float64Array(chunk.count);
      ends = new Float64Array(chunk.count);
    }
    const { startedAt, classCode, dead } = chunk;
    const numbers = classNumbersOf(chunk.classes);
    const isLiveByCode = numbers.map((number) => live[number] as number);
    const isOnByCode = numbers.map((number) => (live[number] as number) | (completed[number] as number));
    const endedAt = chunk.instant('endedAt');
    const begun = firstAtOrAfter(startedAt, to);
    let among = 0;
    for (let row = 0; row < begun; row++) {
      if (dead !== null && dead[row] === 1) continue;
      rows[among] = row;
      among += isOnByCode[classCode[row] as number] as number;
    }
    if (!isEverything) among = keep(chunk, rows, among);
    let count = 0;
    for (let k = 0; k < among; k++) {
      const row = rows[k] as number;
      const start = startedAt[row] as number;
      const end = isLiveByCode[classCode[row] as number] === 1 ? now : (endedAt[row] as number);
      if (!(end > start && end > from)) continue;
      starts[count] = start < from ? from : start;
      ends[count++] = end > to ? to : end;
    }
    return { count, starts, ends };
  };
}
