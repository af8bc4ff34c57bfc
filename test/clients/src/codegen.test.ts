import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { AnswerRatesQuery } from '../generated/client/graphql.ts';
import { answerRates } from '../generated/recipes/answer-rates.ts';
import { url } from './service.ts';

test('a generated query is typed and answered', async () => {
  const rates = await answerRates(url, 10);
  expect([...rates.keys()].sort()).toEqual(['Asha', 'Bela', 'Chetan', 'Devi']);
  for (const rate of rates.values()) expect(rate).toBeGreaterThan(0);
});

test('nothing generated is any', () => {
  const generated = readFileSync(new URL('../generated/client/graphql.ts', import.meta.url), 'utf8');
  expect(generated).toContain('AnswerRatesQuery');
  expect(generated).not.toMatch(/\bany\b(?! other)/);
  type Totals = NonNullable<NonNullable<AnswerRatesQuery['callMetrics']>['totals']>;
  expectTypeOf<Totals['callCount']>().toEqualTypeOf<number>();
});
