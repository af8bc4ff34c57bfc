import { isEverything } from '../../query/predicate.ts';
import { LoopYield } from '../scan/loop-yield.ts';
import type { Stretch } from '../scan/observed-time.ts';
import { firstAtOrAfter } from '../scan/row-filter.ts';
import type { Chunk } from '../store/chunk.ts';
import type { BusyHour, Traffic } from './busy-hour.ts';
import { CountedMinutes, cellMs, MinuteProfile } from './minute-profile.ts';
import { type ChunkMinutes, minutesOfChunk, momentsOfChunk } from './minutes-of-chunk.ts';
import { MomentsInCells } from './moments-in-cells.ts';
import type { TrafficSelection } from './occupancies.ts';
import { compileOccupiedRows } from './occupied-rows.ts';
import { betterHour, type Hour, type Peak, StretchSearch } from './search-stretch.ts';

const hourMs = 3_600_000;

/** So many minutes are about four years: more would take too much room. */
const maxCells = 2 ** 21;

/** Whether slots are told by minutes: these begin with the range, and each stretch with one of them. */
export function isByMinutes({ from, to }: { from: number; to: number }, slots: readonly Stretch[][]): boolean {
  if (to <= from || (to - from) / cellMs > maxCells) return false;
  const isOnMinute = (ms: number) => (ms - from) % cellMs === 0;
  return slots.every((own) => own.every((part) => isOnMinute(part.from) && (isOnMinute(part.to) || part.to === to)));
}

/**
 * The traffic of all calls together in slots of time, each of some stretches. Minutes are counted first; then only those
 * are looked at more closely in which the peak of a stretch may be, or in which its busy hour may start.
 */
export async function scanTrafficByMinutes(
  chunks: readonly Chunk[],
  selection: TrafficSelection,
  slots: readonly Stretch[][],
): Promise<Traffic[]> {
  const { from, to, test } = selection;
  const loopYield = new LoopYield(selection.cancellation);
  const rowsOf = compileOccupiedRows(selection);
  const profile = new MinuteProfile(from, to);
  const isByClock = isEverything(test) && from % cellMs === 0;
  const reached: { chunk: Chunk; part: ChunkMinutes | null; first: number; last: number }[] = [];
  for (const chunk of chunks) {
    await loopYield.take();
    const minutes = isByClock ? minutesOfChunk(chunk) : null;
    const part = minutes && (chunk.startedAt[0] as number) >= from && minutes.endsAt <= to ? minutes : null;
    reached.push({ chunk, part, ...(part ? profile.addProfile(part.profile) : profile.add(rowsOf(chunk))) });
  }
  await loopYield.take();
  const minutes = new CountedMinutes(profile);
  const wanted = new Uint8Array(profile.cells + 1);
  const searches = slots.map((own) => own.map((stretch) => new StretchSearch(minutes, stretch, wanted)));
  const moments = new MomentsInCells(profile, wanted);
  const wantedBefore = sumsOf(wanted);
  for (const { chunk, part, first, last } of reached) {
    if (first > last || wantedBefore[last + 1] === wantedBefore[first]) continue;
    await loopYield.take();
    if (part) moments.addPart(momentsOfChunk(chunk, part), first);
    else moments.add(rowsOf(chunk));
  }
  const traffic: Traffic[] = [];
  for (const [slot, own] of slots.entries()) {
    const lookedAtMs = own.reduce((sum, part) => sum + part.to - part.from, 0);
    let highest: Peak = { peak: 0, peakAt: null };
    let busiest: Hour = { start: 0, occupiedMs: 0 };
    let occupiedMs = 0;
    for (const search of searches[slot] ?? []) {
      const peak = await search.findPeak(moments, loopYield);
      if (peak.peak > highest.peak) highest = peak;
      busiest = betterHour(busiest, (await search.findBusyHour(moments, loopYield)) ?? busiest);
      occupiedMs += search.occupiedMs();
    }
    const busyHour = busiest.occupiedMs === 0 ? null : withCalls(busiest, minutes, moments);
    traffic.push({ ...highest, erlangs: lookedAtMs === 0 ? null : occupiedMs / lookedAtMs, busyHour });
  }
  return traffic;
}

/** The moments of the cells in which it begins and ends are there. */
function withCalls({ start, occupiedMs }: Hour, minutes: CountedMinutes, moments: MomentsInCells): BusyHour {
  const cellOf = (ms: number) => Math.floor((ms - minutes.profile.from) / cellMs);
  const [last, first] = [cellOf(start + hourMs), cellOf(start + 1)];
  const begun = (minutes.begun[last] as number) + firstAtOrAfter(moments.startsIn(last), start + hourMs);
  const ended = (minutes.ended[first] as number) + firstAtOrAfter(moments.endsIn(first), start + 1);
  return { start, callCount: begun - ended, erlangs: occupiedMs / hourMs };
}

function sumsOf(flags: Uint8Array): Uint32Array {
  const sums = new Uint32Array(flags.length + 1);
  for (let i = 0; i < flags.length; i++) sums[i + 1] = (sums[i] as number) + (flags[i] as number);
  return sums;
}
