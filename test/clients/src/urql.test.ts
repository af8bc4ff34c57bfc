import { Client, fetchExchange } from '@urql/core';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { makeCacheExchange } from '../generated/recipes/urql-cache.ts';
import { callCount, countedFetch, url } from './service.ts';
import { allowNoWarnings } from './warnings.ts';

allowNoWarnings();

async function makeClient() {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: getIntrospectionQuery() });
  const answer = await fetch(url, { method: 'POST', headers, body });
  const { data } = (await answer.json()) as { data: IntrospectionQuery };
  const { counted, send } = countedFetch();
  const exchanges = [makeCacheExchange(data), fetchExchange];
  return { counted, client: new Client({ url, exchanges, fetch: send, preferGetMethod: false }) };
}

test('metrics and lists are cached without a warning', async () => {
  const { counted, client } = await makeClient();
  const query = `query {
    callMetrics(range: { last: "P7D" }) {
      totals { callCount answerRate { value } talkTime { average } busyHour { start callCount } }
      timeSeries(interval: DAY) { start metrics { callCount } }
      heatMap { dayOfWeek hourOfDay metrics { callCount } }
      breakdown(by: [AGENT], first: 5) { nodes { agent { id name } metrics { callCount } } pageInfo { hasNextPage } }
    }
    viewer { name scopes }
  }`;
  const first = await client.query(query, {}).toPromise();
  expect(first.error).toBeUndefined();
  expect(first.data.callMetrics.totals.callCount).toBeGreaterThan(0);
  const again = await client.query(query, {}).toPromise();
  expect(again.data).toEqual(first.data);
  expect(counted.requests).toBe(1);
});

test('pages of calls are joined', async () => {
  const { client } = await makeClient();
  const query = `query Calls($after: String) {
    calls(first: 25, after: $after) { edges { node { id account { id name } } } pageInfo { hasNextPage endCursor } }
  }`;
  let page = (await client.query(query, {}).toPromise()).data.calls;
  while (page.pageInfo.hasNextPage) {
    page = (await client.query(query, { after: page.pageInfo.endCursor }).toPromise()).data.calls;
  }
  expect(new Set(page.edges.map(({ node }: { node: { id: string } }) => node.id)).size).toBe(callCount);
});
