import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Cancellation } from '../../src/cancellation.ts';
import { Semaphore } from '../../src/graphql/server/semaphore.ts';
import { SingleFlight, type Turn } from '../../src/graphql/server/single-flight.ts';

type Done = { by: string };
const isTurn = (entered: Turn<Done> | { result: Done }): entered is Turn<Done> => 'end' in entered;

async function turnOf(entering: Promise<Turn<Done> | { result: Done }>): Promise<Turn<Done>> {
  const entered = await entering;
  if (!isTurn(entered)) throw new Error(`has a result: ${entered.result.by}`);
  return entered;
}

test('who comes while work is done has the result of the next, which the first of them does', async () => {
  const file = new SingleFlight<Done>(new Semaphore(9));
  const first = await turnOf(file.enter('a', new Cancellation()));
  const second = file.enter('a', new Cancellation());
  const others = [file.enter('a', new Cancellation()), file.enter('a', new Cancellation())];
  let begun = false;
  void second.then(() => {
    begun = true;
  });
  await soon();
  expect(begun).toBe(false);
  first.end({ by: 'first' });
  const turn = await turnOf(second);
  const late = file.enter('a', new Cancellation());
  turn.end({ by: 'second' });
  expect(await Promise.all(others)).toEqual([{ result: { by: 'second' } }, { result: { by: 'second' } }]);
  (await turnOf(late)).end(null);
  (await turnOf(file.enter('a', new Cancellation()))).end(null);
});

test('other work does not wait', async () => {
  const file = new SingleFlight<Done>(new Semaphore(9));
  const one = await turnOf(file.enter('a', new Cancellation()));
  const other = await turnOf(file.enter('b', new Cancellation()));
  other.end(null);
  one.end(null);
});

test('where nothing comes of the work, all who waited for it do it one after another', async () => {
  const file = new SingleFlight<Done>(new Semaphore(9));
  const first = await turnOf(file.enter('a', new Cancellation()));
  const entering = ['second', 'third', 'fourth'].map((by) => ({ by, entered: file.enter('a', new Cancellation()) }));
  first.end(null);
  const order: string[] = [];
  await Promise.all(
    entering.map(async ({ by, entered }) => {
      const turn = await turnOf(entered);
      order.push(by);
      turn.end(null);
    }),
  );
  expect(order.toSorted()).toEqual(['fourth', 'second', 'third']);
});

test('of different work no more is done at once than there are places, in the order in which it came', async () => {
  const file = new SingleFlight<Done>(new Semaphore(2));
  const [a, b] = [await turnOf(file.enter('a', new Cancellation())), await turnOf(file.enter('b', new Cancellation()))];
  const begun: string[] = [];
  const waiting = ['c', 'd'].map(async (by) => {
    const turn = await turnOf(file.enter(by, new Cancellation()));
    begun.push(by);
    return turn;
  });
  const same = file.enter('c', new Cancellation());
  await soon();
  expect(begun).toEqual([]);
  b.end(null);
  b.end(null);
  await soon();
  expect(begun).toEqual(['c']);
  (await waiting[0])?.end({ by: 'c' });
  // It came before that work began, which had to wait for a place.
  expect(await same).toEqual({ result: { by: 'c' } });
  a.end(null);
  (await waiting[1])?.end(null);
  expect(begun).toEqual(['c', 'd']);
});

test('work whose leader has left goes on for those who wait for it, and ends with the last of them', async () => {
  const file = new SingleFlight<Done>(new Semaphore(1));
  const first = await turnOf(file.enter('a', new Cancellation()));
  const [leader, follower, other] = [new Cancellation(), new Cancellation(), new Cancellation()];
  const work = new Cancellation(leader);
  const leading = file.enter('a', work);
  const following = [file.enter('a', new Cancellation(follower)), file.enter('a', new Cancellation(other))];
  leader.cancel();
  follower.cancel();
  await expect(following[0]).rejects.toMatchObject({ code: 'TIMEOUT' });
  first.end(null);
  const turn = await turnOf(leading);
  expect(work.isCancelled).toBe(false);
  turn.end({ by: 'leader' });
  expect(await following[1]).toEqual({ result: { by: 'leader' } });
  other.cancel();
  expect(work.isCancelled).toBe(true);
  expect(file.size).toBe(0);
});

test('who leaves while waiting holds no place and no turn, and whoever comes next has one', async () => {
  const file = new SingleFlight<Done>(new Semaphore(1));
  const first = await turnOf(file.enter('a', new Cancellation()));
  const waiting = ['a', 'a', 'b', 'b', 'c'].map((key) => {
    const client = new Cancellation();
    return { client, entered: file.enter(key, new Cancellation(client)) };
  });
  for (const { client } of waiting) client.cancel();
  for (const { entered } of waiting) await expect(entered).rejects.toMatchObject({ code: 'TIMEOUT' });
  const next = file.enter('a', new Cancellation());
  first.end({ by: 'first' });
  (await turnOf(next)).end(null);
  (await turnOf(file.enter('b', new Cancellation()))).end(null);
  await soon();
  expect(file.size).toBe(0);
});

test('at random, with many who come and leave: no more at once than places, all who stay are served, nothing is left', async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const file = new SingleFlight<Done>(new Semaphore(3));
  let atOnce = 0;
  let served = 0;
  let left = 0;
  const asking = Array.from({ length: 2000 }, async (_, i) => {
    for (let turns = random(400); turns > 0; turns--) await soon();
    const client = new Cancellation();
    const work = new Cancellation(client);
    const stays = random(3) > 0;
    if (!stays)
      void (async () => {
        for (let turns = random(30); turns > 0; turns--) await soon();
        client.cancel();
      })();
    try {
      const entered = await file.enter(`${random(6)}`, work);
      if (isTurn(entered)) {
        atOnce += 1;
        expect(atOnce).toBeLessThanOrEqual(3);
        for (let turns = random(10); turns > 0; turns--) await soon();
        atOnce -= 1;
        entered.end(work.isCancelled || random(20) === 0 ? null : { by: `${i}` });
      }
      served += 1;
    } catch {
      expect(stays).toBe(false);
      left += 1;
    }
  });
  await Promise.all(asking);
  await soon();
  expect(served + left).toBe(2000);
  expect(left).toBeGreaterThan(50);
  expect(file.size).toBe(0);
});
