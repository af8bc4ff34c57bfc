import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { documentStore, KeptDocuments } from '../../../src/graphql/limits/documents.ts';

const small = '{ __typename }';

test('a document that comes again is the same', async () => {
  const store = documentStore();
  const document = parse(small);
  await store.set('a', document);
  expect(await store.get('a')).toBe(document);
  expect(await store.delete('a')).toBe(true);
  expect(await store.get('a')).toBeUndefined();
});

test('documents of few tokens and much text do not pile up', async () => {
  const kept = new KeptDocuments();
  const store = documentStore(kept);
  for (let i = 0; i < 1000; i += 1) await store.set(`${i}`, parse(`${small} # ${'x'.repeat(250_000)}`));
  expect(kept.size).toBeLessThan(20);
  expect(await store.get('999')).toBeDefined();
});

test('neither do small ones, nor one that is kept again', () => {
  const kept = new KeptDocuments();
  const document = parse(small);
  for (let i = 0; i < 100_000; i += 1) kept.keep(`${i}`, document, small.length);
  expect(kept.size).toBeLessThanOrEqual(25_000);
  const { size } = kept;
  for (let i = 0; i < 10_000; i += 1) kept.keep('again', document, small.length);
  expect(kept.size).toBe(size);
});
