import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectConsistent, expectSameFigures, findLost } from './rig/expect-whole.ts';
import { type Fault, faults } from './rig/faults.ts';
import { openRig, type Rig } from './rig/rig.ts';
import { type Acknowledged, type Senders, startSenders } from './rig/senders.ts';

// npm run faults: more rounds. Another version of the service can be put to the same: FAULT_PROGRAM names its bundle.
const rounds = Number(process.env.FAULT_ROUNDS ?? 2);
const program = process.env.FAULT_PROGRAM;

let rig: Rig;
const acknowledged: Acknowledged[] = [];
const refused = new Map<number | string, number>();

beforeAll(async () => {
  rig = await openRig({ program });
}, 180_000);
afterAll(() => rig?.close(), 120_000);

/** Waits until so many more are acknowledged. */
async function flows(senders: Senders, more: number): Promise<void> {
  const enough = senders.acknowledged.length + more;
  for (const end = Date.now() + 60_000; senders.acknowledged.length < enough; await sleep(5)) {
    if (Date.now() > end) throw new Error(`deliveries do not get through: ${JSON.stringify([...senders.refused])}`);
  }
}

async function meet(fault: Fault): Promise<string[]> {
  await fault.prepare?.(rig);
  const senders = startSenders(rig.receivers);
  try {
    await flows(senders, 100);
    await sleep(Math.random() * 60);
    await fault.happen(rig);
    await flows(senders, 60);
  } finally {
    await senders.stop();
  }
  for (const [answer, count] of senders.refused) refused.set(answer, (refused.get(answer) ?? 0) + count);
  acknowledged.push(...senders.acknowledged);
  return findLost(rig.server, senders.acknowledged);
}

test.each(faults)(
  `what was acknowledged is there, exactly once, when $name`,
  async (fault) => {
    const before = acknowledged.length;
    const lossy: string[][] = [];
    for (let round = 0; round < rounds; round++) {
      const lost = await meet(fault);
      if (lost.length > 0) lossy.push(lost);
      await expectConsistent(rig.server);
    }
    const lost = lossy.flat();
    const count = acknowledged.length - before;
    if (rounds > 2 || lossy.length > 0) {
      console.log(`${fault.name}: ${rounds} rounds, ${count} acknowledged; ${lossy.length} rounds lost ${lost.length}`);
    }
    expect(lost).toEqual([]);
    await expectSameFigures(
      rig.server,
      [rig.service.url, rig.counting.url],
      rig.receivers.map(({ account }) => account),
    );
  },
  60_000 + rounds * 60_000,
);

test('whatever happened afterwards, all of it is still there, and what was not taken was refused with 503', async () => {
  expect(await findLost(rig.server, acknowledged)).toEqual([]);
  expect([...refused.keys()].filter((status) => typeof status === 'number' && status !== 503)).toEqual([]);
  expect(refused.get(503) ?? 0).toBeGreaterThan(0);
});
