import type { Predicate } from '../../query/predicate.ts';
import { classNumbersOf } from '../accumulators/class-numbers.ts';
import { classTable, firstAtOrAfter } from '../scan/row-filter.ts';
import { compileSelectRows } from '../scan/select-rows.ts';
import type { Chunk } from '../store/chunk.ts';
import type { TrafficSelection } from './occupancies.ts';

const isLive: Predicate = { of: 'status', in: ['RINGING', 'IN_PROGRESS'] };
const isCompleted: Predicate = { of: 'status', in: ['COMPLETED'] };

/** When the calls of a chunk are going on, clipped to the selection: the first `count` of starts and ends. */
export type OccupiedRows = { count: number; starts: Float64Array; ends: Float64Array };

/** Finds them in one chunk after another; what it gave before is overwritten. */
export function compileOccupiedRows({ from, to, now, test }: TrafficSelection): (chunk: Chunk) => OccupiedRows {
  const live = classTable(isLive);
  const completed = classTable(isCompleted);
  const select = compileSelectRows(test);
  let rows = new Int32Array(0);
  let starts = new Float64Array(0);
  let ends = new Float64Array(0);

  return (chunk) => {
    if (rows.length < chunk.count) {
      rows = new Int32Array(chunk.count);
      starts = new Float64Array(chunk.count);
      ends = new Float64Array(chunk.count);
    }
    const { startedAt, classCode } = chunk;
    const numbers = classNumbersOf(chunk.classes);
    const isLiveByCode = numbers.map((number) => live[number] as number);
    const isOnByCode = numbers.map((number) => (live[number] as number) | (completed[number] as number));
    const endedAt = chunk.moment('endedAt');
    const selected = select(chunk, 0, firstAtOrAfter(startedAt, to), rows);
    let among = 0;
    for (let k = 0; k < selected; k++) {
      const row = rows[k] as number;
      rows[among] = row;
      among += isOnByCode[classCode[row] as number] as number;
    }
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
