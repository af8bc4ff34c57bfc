import { expect, expectTypeOf, test } from 'vitest';
import { createClient } from '../generated/genql/index.js';
import { callCount, url } from './service.ts';

test('a query written as an object is answered', async () => {
  const client = createClient({ url });
  const { callMetrics, agents } = await client.query({
    callMetrics: { __args: { range: { last: 'P30D' } }, totals: { callCount: true, answerRate: { value: true } } },
    agents: { __args: { first: 10 }, nodes: { name: true, number: true } },
  });
  expect(callMetrics?.totals?.callCount).toBe(callCount);
  expectTypeOf(callMetrics?.totals?.callCount).toEqualTypeOf<number | undefined>();
  expect(agents?.nodes.map(({ name }) => name).sort()).toEqual(['Asha', 'Bela', 'Chetan', 'Devi']);
});
