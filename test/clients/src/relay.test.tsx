import { Suspense } from 'react';
import { RelayEnvironmentProvider } from 'react-relay';
import { create } from 'react-test-renderer';
import { Environment, Network, RecordSource, Store } from 'relay-runtime';
import { expect, test, vi } from 'vitest';
import { NewestCalls } from '../generated/recipes/relay-calls.tsx';
import { callCount, url } from './service.ts';

const environment = new Environment({
  network: Network.create(async ({ text }, variables) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    return (await answer.json()) as never;
  }),
  store: new Store(new RecordSource()),
});

test('usePaginationFragment walks through all calls', async () => {
  const page = create(
    <RelayEnvironmentProvider environment={environment}>
      <Suspense fallback="waiting">
        <NewestCalls pageSize={25} />
      </Suspense>
    </RelayEnvironmentProvider>,
  );
  // Nothing is there before the first rendering.
  const shown = () => (page.toJSON() === null ? 0 : page.root.findAllByType('li').length);
  for (const wanted of [25, 50, callCount]) {
    await vi.waitUntil(() => shown() === wanted, { timeout: 10_000 });
    const [more] = page.root.findAllByType('button');
    expect(more !== undefined).toBe(wanted < callCount);
    more?.props.onClick();
  }
  const texts = page.root.findAllByType('li').map(({ props }) => props.children as string);
  expect(new Set(texts).size).toBe(callCount);
});
