import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../startup-error.ts';
import type { DemoDelivery } from './deliveries.ts';

const answerMs = 20_000;
const patienceMs = 60_000;
const againMs = 1000;

/** Sends a delivery to an address of the webhook, again where the service has no time for it or is just starting. */
export async function sendDelivery(
  webhookUrl: string,
  { kind, payload }: DemoDelivery,
  signal: AbortSignal,
): Promise<void> {
  const { origin } = new URL(webhookUrl);
  for (const end = Date.now() + patienceMs; ; ) {
    const status = await post(`${webhookUrl}/${kind}`, payload);
    if (status === 200) return;
    if (status === 404) {
      throw new StartupError(
        `The service at ${origin} does not know the demo: it has another database, or the demo was removed or started anew meanwhile.`,
      );
    }
    if (Date.now() > end) throw new StartupError(`The service at ${origin} does not take deliveries any more.`);
    await sleep(againMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
}

/** The status of the answer; null: there was none. */
async function post(url: string, payload: DemoDelivery['payload']): Promise<number | null> {
  const sent = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
    signal: AbortSignal.timeout(answerMs),
  }).catch(() => null);
  await sent?.arrayBuffer().catch(() => null);
  return sent?.status ?? null;
}
