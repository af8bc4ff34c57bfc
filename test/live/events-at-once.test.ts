import { expect, test } from 'vitest';
import { Cancellation } from '../../src/cancellation.ts';
import { EventsAtOnce } from '../../src/graphql/live/events-at-once.ts';

test('of one payer few events are answered at once, and those of another wait for none of them', async () => {
  const events = new EventsAtOnce();
  const entered: (() => void)[] = [];
  const cancellations = Array.from({ length: 20 }, () => new Cancellation());
  const all = cancellations.map((one) =>
    events.enter('a', one).then(
      (leave) => entered.push(leave),
      () => 'cancelled',
    ),
  );
  const soon = () => new Promise((next) => setImmediate(next));
  await soon();
  expect(entered).toHaveLength(8);
  (await events.enter('b', new Cancellation()))();
  entered[0]?.();
  await soon();
  expect(entered).toHaveLength(9);
  // One that is given up leaves no place taken.
  cancellations[19]?.cancel();
  expect(await all[19]).toBe('cancelled');
  for (let i = 1; i < 19; i++) {
    entered[i]?.();
    await soon();
  }
  expect(entered).toHaveLength(19);
  await Promise.all(all);
});
