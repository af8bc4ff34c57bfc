import type { Call } from '../../../src/calls/call.table.ts';

/** A stretch of time [from, to), in milliseconds since 1970. */
export type Stretch = { from: number; to: number };

const hourMs = 3_600_000;

/** When a call was going on; null if it never was. */
export function goingOn(call: Call, now: number): Stretch | null {
  const from = Date.parse(call.startedAt);
  const isLive = call.status === 'RINGING' || call.status === 'IN_PROGRESS';
  if (isLive) return from < now ? { from, to: now } : null;
  if (call.status !== 'COMPLETED' || call.endedAt === null) return null;
  const to = Date.parse(call.endedAt);
  return to > from ? { from, to } : null;
}

/** The traffic of calls in pieces of time that do not touch, by looking at every moment at which anything can change. */
export function recountTraffic(spans: readonly Stretch[], pieces: readonly Stretch[]) {
  const lengths = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const overlap = (span: Stretch, { from, to }: Stretch) =>
    Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
  const total = (piece: Stretch) => spans.reduce((sum, span) => sum + overlap(span, piece), 0);

  let peak = 0;
  let peakAt: number | null = null;
  let busiest: { start: number; ms: number } | null = null;
  for (const piece of pieces) {
    const begins = spans.filter((span) => overlap(span, piece) > 0).map(({ from }) => Math.max(from, piece.from));
    for (const at of [...begins].sort((a, b) => a - b)) {
      const count = spans.filter(({ from, to }) => from <= at && at < to).length;
      if (count > peak) [peak, peakAt] = [count, at];
    }
    const moments = spans.flatMap(({ from, to }) => [from, to, from - hourMs, to - hourMs]);
    const starts = [piece.from, ...moments].filter((ms) => ms >= piece.from && ms + hourMs <= piece.to);
    for (const start of starts.sort((a, b) => a - b)) {
      const ms = total({ from: start, to: start + hourMs });
      if (ms > (busiest?.ms ?? 0)) busiest = { start, ms };
    }
  }
  return {
    peakConcurrentCalls: peak,
    peakConcurrentAt: peakAt === null ? null : new Date(peakAt).toISOString(),
    erlangs: lengths === 0 ? null : pieces.reduce((sum, piece) => sum + total(piece), 0) / lengths,
    busyHour: busiest && {
      start: new Date(busiest.start).toISOString(),
      callCount: spans.filter((span) => overlap(span, hourFrom(busiest.start)) > 0).length,
      erlangs: busiest.ms / hourMs,
    },
  };
}

const hourFrom = (from: number): Stretch => ({ from, to: from + hourMs });
