import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { type Service, startService } from '../support/service.ts';

async function statusOf(service: Service): Promise<string | undefined> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ calls { nodes { status } } }' }),
  });
  const { data } = (await response.json()) as { data: { calls: { nodes: { status: string }[] } } };
  return data.calls.nodes[0]?.status;
}

test('the service itself marks a live call that nobody reports, soon after its start, and still stops in order', {
  timeout: 180_000,
}, async () => {
  const { dataDir, remove } = await makeFilledDataDir();
  try {
    const first = await startService({ dataDir });
    const sent = await fetch(`${first.webhookUrl}/live-call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ CallSid: '1672649960.1', Direction: 'IVR', SourceNumber: '9812345678' }),
    });
    expect(sent.status).toBe(200);
    expect(await statusOf(first)).toBe('RINGING');
    expect((await first.stop()).code).toBe(0);

    const env = { LIVE_AGE_LIMIT_HOURS: '0.000001', RETENTION_EVENTS_DAYS: '1', RETENTION_CALLS_DAYS: '9999' };
    const second = await startService({ dataDir, env });
    for (const end = Date.now() + 30_000; (await statusOf(second)) !== 'UNREPORTED'; await sleep(100)) {
      if (Date.now() > end) throw new Error(`It was not marked:\n${second.output()}`);
    }
    const { code, stdout } = await second.stop();
    expect(code).toBe(0);
    expect(stdout).toContain('"job":"ageing"');
    expect(stdout).not.toContain('9812345678');
  } finally {
    await remove();
  }
});
