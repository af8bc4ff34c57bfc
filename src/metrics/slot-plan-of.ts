import type { GroupPart, SlotPlan, TimePieces } from '../columnar/index.ts';
import { msOf } from '../time/instant.ts';
import { clockPieces, type LocalClock } from '../time/local-clock.ts';
import type { TimeRange } from '../time/range.ts';
import type { Dimension } from './dimensions.ts';
import type { Slots } from './slots.ts';

/** The slots of a sheet as a scan of packed calls places them. */
export function slotPlanOf({ groups, time }: Slots, range: TimeRange): SlotPlan {
  return {
    ...(groups && {
      groups: { ...groups, by: groups.by.map((dimension) => groupPartOf(dimension, range)), slotCount: groups.count },
    }),
    ...(time && {
      time: { ...('clock' in time ? clockTime(time.clock, range) : buckets(time.starts)), slotCount: time.count },
    }),
  };
}

export function groupPartOf({ source }: Dimension, range: TimeRange): GroupPart {
  return typeof source === 'string' ? source : clockTime(source, range);
}

function clockTime(clock: LocalClock, range: TimeRange): TimePieces {
  const pieces = clockPieces(clock, range);
  return {
    boundaries: Float64Array.from([...pieces.map(({ from }) => from), msOf(range.to)]),
    slots: Int32Array.from(pieces, ({ value }) => value),
  };
}

/** The last bucket ends where the range does, at the latest. */
function buckets(starts: readonly string[]): TimePieces {
  return {
    boundaries: Float64Array.from([...starts.map(msOf), Number.POSITIVE_INFINITY]),
    slots: Int32Array.from(starts, (_, slot) => slot),
  };
}
