import { expect, test } from 'vitest';
import { Intake } from '../../src/workers/intake.ts';

test('one piece of work begins in each turn of the event loop', async () => {
  const intake = new Intake();
  let begun = 0;
  const all = Array.from({ length: 20 }, () =>
    intake.begin('a', async () => {
      begun += 1;
    }),
  );
  for (let turn = 1; turn <= 20; turn++) {
    expect(begun).toBe(turn);
    await new Promise((next) => setImmediate(next));
  }
  await Promise.all(all);
});

test('who asks once waits for one of those who ask a thousand times, not for all that they ask', async () => {
  const intake = new Intake();
  const order: string[] = [];
  const ask = (asker: string, n: number) =>
    Array.from({ length: n }, (_, i) => intake.begin(asker, async () => void order.push(`${asker}${i}`)));
  const all = [...ask('a', 1000), ...ask('b', 2), ...ask('c', 1)];
  await Promise.all(all);
  expect(order.slice(0, 6)).toEqual(['a0', 'a1', 'b0', 'c0', 'a2', 'b1']);
  expect(order.filter((one) => one.startsWith('a'))).toEqual(Array.from({ length: 1000 }, (_, i) => `a${i}`));
});
