import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SingleFile, type Turn } from '../../src/graphql/single-file.ts';

type Done = { by: string };
const isTurn = (entered: Turn<Done> | { result: Done }): entered is Turn<Done> => 'end' in entered;

async function turnOf(entering: Promise<Turn<Done> | { result: Done }>): Promise<Turn<Done>> {
  const entered = await entering;
  if (!isTurn(entered)) throw new Error(`has a result: ${entered.result.by}`);
  return entered;
}

test('who comes while work is done has the result of the next, which the first of them does', async () => {
  const file = new SingleFile<Done>();
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
  const file = new SingleFile<Done>();
  const one = await turnOf(file.enter('a'));
  const other = await turnOf(file.enter('b'));
  other.end(null);
  one.end(null);
});

test('where nothing comes of the work, all who waited for it do it one after another', async () => {
  const file = new SingleFile<Done>();
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
