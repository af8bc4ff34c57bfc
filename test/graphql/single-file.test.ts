import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Places } from '../../src/graphql/places.ts';
import { SingleFile, type Turn } from '../../src/graphql/single-file.ts';

type Done = { by: string };
const isTurn = (entered: Turn<Done> | { result: Done }): entered is Turn<Done> => 'end' in entered;

async function turnOf(entering: Promise<Turn<Done> | { result: Done }>): Promise<Turn<Done>> {
  const entered = await entering;
  if (!isTurn(entered)) throw new Error(`has a result: ${entered.result.by}`);
  return entered;
}

test('who comes while work is done has the result of the next, which the first of them does', async () => {
  const file = new SingleFile<Done>(new Places(9));
  const first = await turnOf(file.enter('a'));
  const second = file.enter('a');
  const others = [file.enter('a'), file.enter('a')];
  let begun = false;
  void second.then(() => {
    begun = true;
  });
  await soon();
  expect(begun).toBe(false);
  first.end({ by: 'first' });
  const turn = await turnOf(second);
  const late = file.enter('a');
  turn.end({ by: 'second' });
  expect(await Promise.all(others)).toEqual([{ result: { by: 'second' } }, { result: { by: 'second' } }]);
  (await turnOf(late)).end(null);
  (await turnOf(file.enter('a'))).end(null);
});

test('other work does not wait', async () => {
  const file = new SingleFile<Done>(new Places(9));
  const one = await turnOf(file.enter('a'));
  const other = await turnOf(file.enter('b'));
  other.end(null);
  one.end(null);
});

test('where nothing comes of the work, all who waited for it do it one after another', async () => {
  const file = new SingleFile<Done>(new Places(9));
  const first = await turnOf(file.enter('a'));
  const entering = ['second', 'third', 'fourth'].map((by) => ({ by, entered: file.enter('a') }));
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
  const file = new SingleFile<Done>(new Places(2));
  const [a, b] = [await turnOf(file.enter('a')), await turnOf(file.enter('b'))];
  const begun: string[] = [];
  const waiting = ['c', 'd'].map(async (by) => {
    const turn = await turnOf(file.enter(by));
    begun.push(by);
    return turn;
  });
  const same = file.enter('c');
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
