import type { Call } from '../../../src/calls/call.table.ts';

const hourMs = 3_600_000;
const startOf = (call: Call) => Date.parse(call.startedAt);

/** Of the first calls those after which the customer called again, pair by pair. */
export function recountRepeats(among: readonly Call[], all: readonly Call[], withinHours: number, now: number) {
  const firsts = among.filter(({ direction, status }) => direction === 'INBOUND' && status === 'COMPLETED');
  const judged = firsts.filter((call) => call.customerId !== null && startOf(call) <= now - withinHours * hourMs);
  const repeated = judged.filter((call) =>
    all.some((next) => next.direction === 'INBOUND' && follows(call, next, withinHours)),
  );
  return ratio(repeated.length, judged.length, firsts.length - judged.length);
}

/** Of the customers who missed somebody, by their last such call, those who talked to somebody later. */
export function recountReached(among: readonly Call[], all: readonly Call[], withinHours: number, now: number) {
  const last = new Map<number, Call>();
  for (const call of among) {
    const { customerId, direction, outcome } = call;
    if (customerId === null || direction !== 'INBOUND' || (outcome !== 'MISSED' && outcome !== 'ABANDONED')) continue;
    const known = last.get(customerId);
    if (!known || startOf(call) > startOf(known)) last.set(customerId, call);
  }
  const judged = [...last.values()].filter((call) => startOf(call) <= now - withinHours * hourMs);
  const reached = judged.filter((call) =>
    all.some((next) => next.outcome === 'ANSWERED' && follows(call, next, withinHours)),
  );
  return ratio(reached.length, judged.length, last.size - judged.length);
}

function follows(call: Call, next: Call, withinHours: number): boolean {
  const later = startOf(next) - startOf(call);
  return next.customerId === call.customerId && later > 0 && later <= withinHours * hourMs;
}

function ratio(numerator: number, denominator: number, excluded: number) {
  return { value: denominator === 0 ? null : numerator / denominator, numerator, denominator, excluded };
}
