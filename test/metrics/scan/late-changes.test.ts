import { expect, test } from 'vitest';
import type { Call } from '../../../src/calls/call.table.ts';
import { scanCalls } from '../../../src/columnar/scan/scan-calls.ts';
import type { Chunk } from '../../../src/columnar/store/chunk.ts';
import { catalogue } from '../../../src/metrics/catalogue.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import { chunkOf } from '../../support/packed-world.ts';

const day = Date.parse('2026-05-04T00:00:00Z');
const minuteMs = 60_000;
const all: Predicate = { all: [] };

/** A call that started so many minutes after midnight. */
function callAt(id: number, minutes: number): Call {
  return {
    id,
    accountId: 1,
    startedAt: new Date(day + minutes * minuteMs).toISOString(),
    status: 'COMPLETED',
    direction: 'INBOUND',
    legAPickedAt: null,
    recordingUrl: null,
    coins: null,
  } as Call;
}

// So many that figures of a minute are kept.
const callsOfMinute = 300;
const callsOf = (minutes: readonly number[]) =>
  minutes.flatMap((minute) =>
    Array.from({ length: callsOfMinute }, (_, i) => callAt(minute * callsOfMinute + i, minute)),
  );
const chunk = (calls: readonly Call[], isDelta = false): Chunk => ({
  ...chunkOf(1, calls, new Set()),
  ...(isDelta && { isDelta }),
});

test('what changed late is counted where it belongs, however often it is asked about', async () => {
  // Two settled chunks of a quarter of an hour, and calls of its first minutes that came later.
  const chunks = [chunk(callsOf([64, 65, 66])), chunk(callsOf([67, 68])), chunk(callsOf([61, 62]), true)];
  const boundaries = Float64Array.from({ length: 11 }, (_, i) => day + (60 + i) * minuteMs);
  const time = { boundaries, slots: Int32Array.from({ length: 10 }, (_, i) => i), slotCount: 10 };
  const selection = { from: day, to: day + 1440 * minuteMs, test: all };
  for (let asked = 0; asked < 5; asked++) {
    const [count] = await scanCalls(chunks, selection, { time }, [catalogue.callCount.of({}).aggregate]);
    const inMinutes = Array.from({ length: 10 }, (_, minute) => Number(count?.(minute)) / callsOfMinute);
    expect(inMinutes).toEqual([0, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
  }
});
