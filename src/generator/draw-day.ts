import { drawSecond, loadAt } from './calendar-of-load.ts';
import type { Company } from './company.ts';
import { type DrawnCall, drawCall } from './draw-call.ts';
import type { Random } from './random.ts';

const maxMissed = 50;

/** A day's calls are drawn of these alone. */
export type DayPlan = {
  company: Company;
  /** Its midnight. */
  startMs: number;
  count: number;
  /** How busy the company is, where 1 is a usual day. */
  share: number;
  /** How many of the calls that go out call back somebody who was missed, from 0 to 1. */
  callBacks: number;
  /** Told of each call once it is drawn, in the order of their starts. */
  onCall?: (call: DrawnCall) => void;
};

/** The calls of a day in the order in which they were told. Some of those who were missed try again, or are called back. */
export function drawDay(random: Random, { company, startMs, count, share, callBacks, onCall }: DayPlan): DrawnCall[] {
  const seconds = Float64Array.from({ length: count }, () => drawSecond(random)).sort();
  const missed: { customer: number; at: number }[] = [];
  const drawn: DrawnCall[] = [];
  for (const second of seconds) {
    const due = missed.findIndex(({ at }) => at <= second);
    const redial = due >= 0 && random.chance(0.3) ? (missed.splice(due, 1)[0]?.customer ?? null) : null;
    const isCalledBack = callBacks > 0 && redial === null && due >= 0 && random.chance(callBacks);
    const callBack = isCalledBack ? (missed[due]?.customer ?? null) : null;
    const at = { startMs: startMs + second * 1000, load: loadAt(second, share) };
    const call = drawCall(random, { company, ...at, redial, callBack });
    if (isCalledBack && call.facts.direction === 'OUTBOUND') missed.splice(due, 1);
    drawn.push(call);
    onCall?.(call);
    const wantsBack = call.facts.direction === 'INBOUND' && call.facts.legBPickedAt === null && random.chance(0.4);
    if (wantsBack && missed.length < maxMissed) {
      missed.push({ customer: call.took.customer, at: second + 60 + random.exponential(1800) });
    }
  }
  return drawn.sort((a, b) => a.receivedAt - b.receivedAt);
}
