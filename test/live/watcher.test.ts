import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type LiveEvent, mostWaiting, roomForPast, Watcher } from '../../src/live/watcher.ts';

const viewer = { name: 'reader', accounts: [1, 2], scopes: ['calls'] } as const;
const event = (callId: number): LiveEvent => ({
  kind: 'MATCHES',
  accountId: 1,
  callId,
  call: null,
  position: { base: null, places: new Map() },
});

function make({ isCatchingUp = false } = {}) {
  const told = { waiting: 0, over: 0 };
  const watcher = new Watcher(
    { viewer, predicate: { of: 'accountId', in: [2, 3] }, isCatchingUp },
    {
      waiting: (change) => {
        told.waiting += change;
      },
      over: () => {
        told.over += 1;
      },
    },
  );
  return { watcher, told };
}
const numbers = async (watcher: Watcher, count: number) => {
  const taken: number[] = [];
  while (taken.length < count) taken.push((await watcher.next()).value?.callId ?? -1);
  return taken;
};
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

test('what is given is taken in order, whoever is first', async () => {
  const { watcher, told } = make();
  const early = [watcher.next(), watcher.next()];
  for (const id of upTo(1000)) watcher.give(event(id));
  expect((await Promise.all(early)).map(({ value }) => value?.callId)).toEqual([1, 2]);
  expect(told.waiting).toBe(998);
  expect(await numbers(watcher, 998)).toEqual(upTo(998, 3));
  expect(told).toEqual({ waiting: 0, over: 0 });
});

test('it is of the accounts that the viewer may see and the filter names', () => {
  const { watcher } = make();
  expect(watcher.scope).toEqual(new Set([2]));
  expect(watcher.mayHaveHeld({ accountId: 3, id: 1 })).toBe(false);
  expect(watcher.mayHaveHeld({ accountId: 2, id: 1 })).toBe(true);
});

test('the past is given as fast as it is taken, and what happens meanwhile comes after it', async () => {
  const { watcher, told } = make({ isCatchingUp: true });
  let isRoom = false;
  const given = watcher.givePast(upTo(roomForPast + 1).map(event)).then(() => {
    isRoom = true;
  });
  watcher.give(event(9000));
  await turn();
  expect(isRoom).toBe(false);
  expect(await numbers(watcher, 1)).toEqual([1]);
  await given;
  watcher.endPast();
  watcher.give(event(9001));
  expect(await numbers(watcher, roomForPast + 2)).toEqual([...upTo(roomForPast, 2), 9000, 9001]);
  expect(told.waiting).toBe(0);
});

test('one that takes nothing is cut off, with its events; while it is caught up with, too', async () => {
  for (const isCatchingUp of [false, true]) {
    const { watcher, told } = make({ isCatchingUp });
    for (const id of upTo(mostWaiting)) watcher.give(event(id));
    expect(watcher.isOver).toBe(false);
    watcher.give(event(0));
    expect(told).toEqual({ waiting: 0, over: 1 });
    await expect(watcher.next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
    expect(await watcher.next()).toEqual({ done: true, value: undefined });
  }
});

test('its end ends whoever waits: for events, or for room', async () => {
  const { watcher, told } = make({ isCatchingUp: true });
  const given = watcher.givePast(upTo(2000).map(event));
  await watcher.return();
  await given;
  expect(await watcher.next()).toEqual({ done: true, value: undefined });
  expect(told).toEqual({ waiting: 0, over: 1 });

  const other = make().watcher;
  const taking = [other.next(), other.next()];
  other.fail(new Error('over'));
  expect((await Promise.allSettled(taking)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
