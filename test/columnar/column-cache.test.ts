import { expect, test } from 'vitest';
import { ColumnCache } from '../../src/columnar/cache/column-cache.ts';
import { type KeptFigures, keptFigures } from '../../src/columnar/cache/kept-figures.ts';

const count = 1000;
const columnBytes = 2 * count;
const chunk = (id: number) => ({ accountId: 1, id });

/** Puts the classes of a chunk into a cache, and tells what holds figures beside them. */
function addChunk(cache: ColumnCache, id: number): KeptFigures {
  const classCode = new Uint16Array(count);
  cache.add(chunk(id), cache.of(chunk(id)), [['class', classCode]]);
  return keptFigures({ classCode, count });
}
const keep = (figures: KeptFigures, bytes: number) => figures.get('some', () => ({ figures: {}, bytes }));
const has = (cache: ColumnCache, id: number) => cache.of(chunk(id)).size > 0;

test('columns that were used longest ago leave when there are too many', () => {
  const cache = new ColumnCache(40 * columnBytes);
  for (let id = 1; id <= 40; id++) addChunk(cache, id);
  expect(has(cache, 1)).toBe(true);
  addChunk(cache, 41);
  expect([1, 2, 10, 41].map((id) => has(cache, id))).toEqual([true, false, true, true]);
});

test('figures beside columns count, and those used longest ago leave before any columns do', () => {
  const cache = new ColumnCache(3 * columnBytes + 8000);
  const [first, second, third] = [1, 2, 3].map((id) => addChunk(cache, id)) as [KeptFigures, KeptFigures, KeptFigures];
  keep(first, 3000);
  keep(second, 3000);
  for (const id of [1, 2, 3]) expect(has(cache, id)).toBe(true);
  expect([first, second].map(({ bytes }) => bytes > 3000)).toEqual([true, true]);
  keep(third, 3000);
  for (const id of [1, 2, 3]) expect(has(cache, id)).toBe(true);
  expect([first, second, third].map(({ bytes }) => bytes > 0)).toEqual([false, true, true]);
});

test('figures that were forgotten are made again', () => {
  const cache = new ColumnCache(columnBytes + 500);
  const figures = addChunk(cache, 1);
  keep(figures, 3000);
  expect(has(cache, 1)).toBe(true);
  expect(figures.bytes).toBe(0);
  expect(figures.get('some', () => ({ figures: 'made anew', bytes: 9 }))).toBe('made anew');
});

test('chunks of two accounts may have the same id', () => {
  const cache = new ColumnCache(10 * columnBytes);
  addChunk(cache, 1);
  expect(cache.of({ accountId: 2, id: 1 }).size).toBe(0);
  cache.drop({ accountId: 2, id: 1 });
  expect(has(cache, 1)).toBe(true);
});

test('what is dropped makes room for others', () => {
  const cache = new ColumnCache(3 * columnBytes);
  for (let id = 1; id <= 3; id++) addChunk(cache, id);
  cache.drop(chunk(2));
  expect(has(cache, 2)).toBe(false);
  addChunk(cache, 4);
  expect([1, 3, 4].map((id) => has(cache, id))).toEqual([true, true, true]);
  addChunk(cache, 5);
  expect([1, 3, 4, 5].map((id) => has(cache, id)).filter((isThere) => !isThere)).not.toEqual([]);
});
