import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from '../../../src/calls/call.table.ts';
import type { GroupKey } from '../../../src/columnar/accumulators/group-codes.ts';
import type { SlotPlan } from '../../../src/columnar/scan/slot-plan.ts';
import type { TimePieces } from '../../../src/columnar/scan/time-pieces.ts';
import { scanTraffic } from '../../../src/columnar/traffic/scan-traffic.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import { imaginedCalls, imaginedWorld, packCalls } from '../../support/packed-world.ts';
import { callSpecs, clockChange, toRow } from '../../support/recount/random-calls.ts';

const world = imaginedWorld();
const hourMs = 3_600_000;

/** Pieces of random lengths; those of a dimension cover all time, those of a series may be nobody's. */
const piecesAround = (change: number, slotCount: number, isDimension: boolean) =>
  fc
    .record({
      // Where all boundaries lie on full minutes, minutes are counted first.
      steps: fc.constantFrom(1, 60_000).chain((unit) =>
        fc.array(
          fc.integer({ min: 1, max: (3 * hourMs) / unit }).map((steps) => steps * unit),
          { minLength: 1, maxLength: 12 },
        ),
      ),
      slots: fc.array(fc.integer({ min: isDimension ? 0 : -1, max: slotCount - 1 }), { minLength: 14, maxLength: 14 }),
    })
    .map(({ steps, slots }) => {
      const boundaries = [change - 6 * hourMs];
      for (const step of steps) boundaries.push((boundaries.at(-1) ?? 0) + step);
      const all = isDimension ? [change - 10_000 * hourMs, ...boundaries, change + 10_000 * hourMs] : boundaries;
      return { boundaries: Float64Array.from(all), slots: Int32Array.from(slots.slice(0, all.length - 1)), slotCount };
    });

const cases = clockChange.chain((change) =>
  fc.noBias(
    fc.record({
      change: fc.constant(change),
      specs: callSpecs(change, 40),
      older: callSpecs(change, 5),
      /** Calls that last long, so that many go on at once. */
      lengths: fc.array(fc.integer({ min: 0, max: 5 * hourMs }), { minLength: 40, maxLength: 40 }),
      chunkSize: fc.integer({ min: 1, max: 40 }),
      from: fc.integer({ min: -4, max: 2 }),
      hours: fc.constantFrom(0, 1, 3, 12),
      askedAfter: fc.integer({ min: -3, max: 14 }),
      agentId: fc.constantFrom(1, null, null, null),
      buckets: fc.option(piecesAround(change, 3, false)),
      hoursOfDay: fc.option(piecesAround(change, 4, true)),
      hasAgents: fc.boolean(),
      others: fc.integer({ min: 1, max: 4 }),
    }),
  ),
);

const slotOf = ({ boundaries, slots }: TimePieces, ms: number) => {
  const piece = boundaries.findIndex((start, i) => ms >= start && ms < (boundaries[i + 1] ?? Number.NEGATIVE_INFINITY));
  return slots[piece] ?? -1;
};

test('peak, erlangs and busy hour of every slot are those of a recount, moment by moment', async () => {
  let busy = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ change, specs, older, lengths, chunkSize, agentId, buckets, ...asked }) => {
      const rows = specs.map((spec, i) => {
        const row = toRow(spec, i, world);
        const endedAt = new Date(spec.startedAt + (lengths[i] ?? 0)).toISOString();
        return row.status === 'COMPLETED' && row.endedAt ? { ...row, endedAt } : row;
      });
      const calls = imaginedCalls(rows);
      const chunks = packCalls(calls, chunkSize, imaginedCalls(older.map((spec, i) => toRow(spec, i, world))));
      const from = change + asked.from * hourMs;
      const now = change + asked.askedAfter * hourMs;
      const to = from + asked.hours * hourMs;
      const end = Math.min(to, now);
      const { hasAgents, hoursOfDay } = asked;
      const by = [...(hasAgents ? ['agentId' as const] : []), ...(hoursOfDay ? [hoursOfDay] : [])];
      const keysAt = (call: Call, ms: number): GroupKey[] => [
        ...(hasAgents ? [call.agentId] : []),
        ...(hoursOfDay ? [slotOf(hoursOfDay, ms)] : []),
      ];
      // Groups of calls that started in the range: the first have slots of their own, the rest share the last one.
      const inRange = calls.filter(({ startedAt }) => Date.parse(startedAt) >= from && Date.parse(startedAt) < to);
      const combinations = new Map(
        inRange.map((call) => keysAt(call, Date.parse(call.startedAt))).map((k) => [k.join(), k]),
      );
      const keys = [...combinations.values()];
      const slots = keys.map((_, i) => Math.min(i, asked.others));
      const groups = { by, keys, slots, otherSlot: -1, slotCount: asked.others + 1 };
      const plan: SlotPlan = {
        ...(by.length > 0 && { groups }),
        ...(buckets && { time: buckets }),
      };
      const groupAt = (names: GroupKey[]) =>
        by.length > 0 ? (slots[[...combinations.keys()].indexOf(names.join())] ?? -1) : 0;
      const bucketAt = (ms: number) => (buckets ? slotOf(buckets, ms) : 0);
      const slotAt = (call: Call, ms: number) => {
        const [group, bucket] = [groupAt(keysAt(call, ms)), bucketAt(ms)];
        return group < 0 || bucket < 0 ? -1 : group * (buckets?.slotCount ?? 1) + bucket;
      };
      const test: Predicate = agentId === null ? { all: [] } : { of: 'agentId', in: [agentId] };
      const found = await scanTraffic(chunks, { from, to, now, test }, plan);

      const spans = calls.flatMap((call) => {
        if (agentId !== null && call.agentId !== agentId) return [];
        const isLive = call.status === 'RINGING' || call.status === 'IN_PROGRESS';
        if (!isLive && (call.status !== 'COMPLETED' || call.endedAt === null)) return [];
        const start = Date.parse(call.startedAt);
        const stop = isLive ? now : Date.parse(call.endedAt ?? '');
        return stop > start ? [{ call, start: Math.max(start, from), stop: Math.min(stop, end) }] : [];
      });
      const edges = [...(buckets?.boundaries ?? []), ...(hoursOfDay?.boundaries ?? [])];
      const moments = [...new Set([from, end, ...edges, ...spans.flatMap(({ start, stop }) => [start, stop])])]
        .filter((ms) => ms >= from && ms <= end)
        .sort((a, b) => a - b);
      const steps = moments.slice(0, -1).map((start, i) => ({ start, stop: moments[i + 1] as number }));
      const slotCount = (by.length > 0 ? groups.slotCount : 1) * (buckets?.slotCount ?? 1);
      for (let slot = 0; slot < slotCount; slot++) {
        const looksAt = (ms: number) => {
          const bucket = slot % (buckets?.slotCount ?? 1);
          const group = Math.floor(slot / (buckets?.slotCount ?? 1));
          const isOwnGroup = keys.some(
            (names, i) => slots[i] === group && (!hoursOfDay || names.at(-1) === slotOf(hoursOfDay, ms)),
          );
          return bucketAt(ms) === bucket && (by.length === 0 || isOwnGroup);
        };
        const levels = steps
          .filter(({ start }) => looksAt(start))
          .map((step) => ({
            ...step,
            calls: spans
              .filter(
                ({ call, start, stop }) =>
                  start <= step.start && stop > step.start && slotAt(call, step.start) === slot,
              )
              .map(({ call }) => call),
          }));
        const peak = Math.max(0, ...levels.map((level) => level.calls.length));
        const total = levels.reduce((sum, level) => sum + level.calls.length * (level.stop - level.start), 0);
        const time = levels.reduce((sum, { start, stop }) => sum + stop - start, 0);
        let best = { start: 0, traffic: 0 };
        for (const start of moments.flatMap((ms) => [ms, ms - hourMs]).sort((a, b) => a - b)) {
          const parts = levels.map((level) => ({
            calls: level.calls,
            length: Math.max(0, Math.min(level.stop, start + hourMs) - Math.max(level.start, start)),
          }));
          if (parts.reduce((sum, { length }) => sum + length, 0) < hourMs) continue;
          const traffic = parts.reduce((sum, part) => sum + part.calls.length * part.length, 0);
          if (traffic > best.traffic) best = { start, traffic };
        }
        if (best.traffic > 0) busy += 1;
        const within = levels.filter(({ start, stop }) => start < best.start + hourMs && stop > best.start);
        expect(found[slot]).toEqual({
          peak,
          peakAt: peak === 0 ? null : levels.find((level) => level.calls.length === peak)?.start,
          erlangs: time === 0 ? null : total / time,
          busyHour:
            best.traffic === 0
              ? null
              : {
                  start: best.start,
                  callCount: new Set(within.flatMap((level) => level.calls)).size,
                  erlangs: best.traffic / hourMs,
                },
        });
      }
    }),
    { numRuns: 300 },
  );
  expect(busy).toBeGreaterThan(20);
}, 120_000);
