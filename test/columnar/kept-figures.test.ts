import { expect, test } from 'vitest';
import { KeptFigures } from '../../src/columnar/cache/kept-figures.ts';

/** Makes figures, and tells how often it did. */
function making(bytes: number) {
  let made = 0;
  return { make: () => ({ figures: ++made, bytes }), times: () => made };
}

test('what is made the first time too is kept when it is asked for again', () => {
  const kept = new KeptFigures(1000);
  const { make, times } = making(500);
  expect([1, 2, 3, 4].map(() => kept.getKeptAgain('one', make))).toEqual([1, 2, 2, 2]);
  expect(times()).toBe(2);
  expect(kept.getAgain('one', make)).toBe(2);
});

test('what is asked for once takes no room', () => {
  const kept = new KeptFigures(1000);
  const { make } = making(50_000);
  for (let i = 0; i < 20; i++) kept.getKeptAgain(`figures ${i}`, make);
  expect(kept.bytes).toBeLessThan(10_000);
});

test('what is not worth making is not tried again, and what is too large is not kept', () => {
  const kept = new KeptFigures(1000);
  let tries = 0;
  const refuse = () => {
    tries += 1;
    return null;
  };
  expect([1, 2, 3].map(() => kept.getKeptAgain('refused', refuse))).toEqual([null, null, null]);
  expect(tries).toBe(1);
  const { make } = making(10_000_000);
  expect([1, 2, 3].map(() => kept.getKeptAgain('large', make))).toEqual([1, 2, null]);
  expect(kept.bytes).toBeLessThan(10_000);
});
