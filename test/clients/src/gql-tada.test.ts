import { initGraphQLTada } from 'gql.tada';
import { GraphQLClient } from 'graphql-request';
import { expect, expectTypeOf, test } from 'vitest';
import type { introspection } from '../generated/graphql-env.d.ts';
import { url } from './service.ts';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    DateTime: string;
    Decimal: string;
    PhoneNumber: string;
    SafeInt: number;
    TimeZone: string;
    URL: string;
    JSON: unknown;
  };
}>();

const query = graphql(`
  query Newest($first: Int!) {
    calls(first: $first, orderBy: { field: STARTED_AT, direction: DESC }) {
      nodes { id startedAt outcome talkSeconds customer { number } agent { name } }
    }
  }
`);

test('a query typed by gql.tada is answered as its types say', async () => {
  const { calls } = await new GraphQLClient(url).request(query, { first: 3 });
  const [call] = calls?.nodes ?? [];
  if (!call) throw new Error('There is no call.');
  expectTypeOf(call.startedAt).toEqualTypeOf<string>();
  expectTypeOf(call.talkSeconds).toEqualTypeOf<number | null>();
  expect(call.agent?.name).toBe('Asha');
  expect(call.customer?.number).toMatch(/^\+91/);
});
