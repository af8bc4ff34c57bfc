import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { localMsAt } from '../time/zone.ts';

/** Writes instants as a zone's clock shows them, in the form that spreadsheets read: `2026-11-01 15:00:00`. */
export function localTimes(zone: string): (instant: Instant) => string {
  return (instant) => {
    const local = instantOf(localMsAt(zone, msOf(instant)));
    const ms = local.slice(19, 23);
    return `${local.slice(0, 10)} ${local.slice(11, 19)}${ms === '.000' ? '' : ms}`;
  };
}
