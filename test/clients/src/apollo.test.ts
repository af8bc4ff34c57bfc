import { ApolloClient, gql, HttpLink, type ObservableQuery } from '@apollo/client';
import { parse } from 'graphql';
import { expect, test, vi } from 'vitest';
import { makeCache } from '../generated/recipes/apollo-cache.ts';
import { callCount, countedFetch, url } from './service.ts';
import { allowNoWarnings } from './warnings.ts';

allowNoWarnings();

const widgets = [
  'totals { callCount answeredCount }',
  'totals { answerRate { value numerator denominator } talkTime { average } }',
  'totals { callCount missedCount answerRate { excluded } talkTime { p: percentile(p: 90) max } }',
  'timeSeries(interval: DAY) { start metrics { callCount } }',
  'timeSeries(interval: DAY) { start label metrics { answeredCount answerRate { value } } }',
].map((figures) =>
  parse(`query { callMetrics(range: { last: "P7D" }, timeZone: "Asia/Kolkata") { from to ${figures} } }`),
);

function makeClient() {
  const { counted, send } = countedFetch();
  return { counted, client: new ApolloClient({ cache: makeCache(), link: new HttpLink({ uri: url, fetch: send }) }) };
}

const isWhole = (query: Pick<ObservableQuery, 'getCurrentResult'>) => {
  const { data, loading, dataState } = query.getCurrentResult();
  return !loading && dataState === 'complete' && data !== undefined;
};

test('five widgets over the same question ask once each, and keep their figures', async () => {
  const { counted, client } = makeClient();
  const queries = widgets.map((query) => client.watchQuery({ query }));
  const watching = queries.map((query) => query.subscribe({}));
  await vi.waitUntil(() => queries.every(isWhole), { timeout: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(queries.every(isWhole)).toBe(true);
  expect(counted.requests).toBeLessThanOrEqual(5);
  // Again from the cache alone: nothing was lost.
  for (const query of widgets) {
    const { data } = await client.query({ query, fetchPolicy: 'cache-only' });
    expect(data).toBeTruthy();
  }
  expect(counted.requests).toBeLessThanOrEqual(5);
  for (const one of watching) one.unsubscribe();
});

test('pages of calls are joined', async () => {
  const { client } = makeClient();
  const query = gql`
    query Calls($after: String) {
      calls(first: 25, after: $after) { edges { node { id startedAt } } pageInfo { hasNextPage endCursor } }
    }
  `;
  type Page = {
    calls: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  };
  const watched = client.watchQuery<Page>({ query });
  const watching = watched.subscribe({});
  await vi.waitUntil(() => isWhole(watched));
  const pageOf = () => (watched.getCurrentResult().data as Page).calls;
  for (let pages = 1; pageOf().pageInfo.hasNextPage; pages++) {
    const shown = pageOf().edges.length;
    expect(pages).toBeLessThan(10);
    await watched.fetchMore({ variables: { after: pageOf().pageInfo.endCursor } });
    await vi.waitUntil(() => pageOf().edges.length > shown);
  }
  const ids = pageOf().edges.map(({ node }) => node.id);
  expect(ids.length).toBe(callCount);
  expect(new Set(ids).size).toBe(callCount);
  watching.unsubscribe();
});
