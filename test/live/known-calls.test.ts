import { expect, test } from 'vitest';
import type { NamedCall } from '../../src/calls/list/call-predicate.ts';
import { KnownCalls } from '../../src/live/known-calls.ts';
import { instantOf } from '../../src/time/instant.ts';

const begun = Date.parse('2026-05-01T10:00:00.000Z');
const at = (seconds: number) => instantOf(begun + seconds * 1000);
const call = (id: number, told: Partial<NamedCall> = {}): NamedCall =>
  ({ accountId: 1, id, status: 'COMPLETED', createdAt: at(id / 100), updatedAt: at(id / 100), ...told }) as NamedCall;

test('live calls stay, of others those that changed last; one that was let go is not new', () => {
  const known = new KnownCalls();
  known.set(call(1, { status: 'RINGING' }));
  for (let id = 2; id <= 25_001; id++) known.set(call(id));
  expect(known.get(1)?.status).toBe('RINGING');
  expect(known.get(3_000)).toBe(undefined);
  expect(known.get(5_002)?.id).toBe(5_002);
  expect(known.isEveryLive).toBe(true);
  expect(known.isNew(call(3_000, { createdAt: at(5000) }), null)).toBe(false);
  expect(known.isNew(call(30_000), null)).toBe(true);
});

test('a call is new where it was made a while after everything was known, and else it is not said', () => {
  const known = new KnownCalls();
  expect(known.isNew(call(1, { createdAt: at(121) }), at(0))).toBe(true);
  expect(known.isNew(call(1, { createdAt: at(120) }), at(0))).toBe(false);
  expect(known.isNew(call(1, { createdAt: at(0) }), null)).toBe(true);
});

test('however many are let go, none that was known seems new', () => {
  const known = new KnownCalls(10_000);
  const count = 60_000;
  for (let id = 1; id <= count; id++) known.set(call(id));
  // What was let go of before the marks that are left is too old to be new.
  for (const id of [1, 1000, 9000, 12_000, 15_000, 22_000, 30_000, 35_000, 39_000]) {
    expect(known.isNew(call(id), null), `call ${id}`).toBe(false);
  }
  expect(known.isNew(call(count + 1), null)).toBe(true);
});

test('the end of a call is told once, unless it was there again', () => {
  const known = new KnownCalls();
  known.set(call(1));
  expect(known.end(1)).toBe(true);
  expect(known.get(1)).toBe(undefined);
  expect(known.end(1)).toBe(false);
  known.set(call(1));
  expect(known.end(1)).toBe(true);
});
