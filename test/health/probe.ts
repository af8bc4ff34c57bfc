import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

export type Health = { status: number; why?: string[] };

/** Both halves and the whole of a service's readiness, found out anew. */
export async function lookAt(url: string): Promise<{ webhook: Health; graphql: Health; both: Health }> {
  await sleep(1_050); // what was found out a second ago still counts
  const [webhook, graphql, both] = await Promise.all([
    ask(`${url}/readyz/webhook`),
    ask(`${url}/readyz/graphql`),
    ask(`${url}/readyz`),
  ]);
  return { webhook, graphql, both };
}

async function ask(address: string): Promise<Health> {
  const begun = performance.now();
  const answer = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  const { status: _, ...body } = (await answer.json()) as { status: string; why?: string[] };
  // A probe that hangs tells nobody anything.
  expect(performance.now() - begun).toBeLessThan(8_000);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return { status: answer.status, ...body };
}

export const ready: Health = { status: 200 };
export const notReady = (...why: string[]): Health => ({ status: 503, why });
