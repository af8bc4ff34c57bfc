import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cancellation } from '../../cancellation.ts';
import type { Chunk } from '../../exports/column.ts';
import type { Part } from '../../workers/messages.ts';

/** Ten rows of an export cost as much as one row of a list: they take about a tenth of its work. */
const rowsOfOne = 10;
/** Where a budget is used up, it is asked again after so long at most. */
const longestWaitMs = 2000;

/** What has been sent of an export. */
export type SentSoFar = { rows: number; cost: number };

type Paid = {
  /** Takes a cost of the payer's budget; in how many seconds it can be, 0: it is taken. */
  charge: (cost: number) => Promise<number>;
  cancellation: Cancellation;
  sent: SentSoFar;
};

/** The bytes of an export, no faster than its payer's budget allows. */
export function paidBytes(parts: AsyncIterable<Part>, paid: Paid): Readable {
  return Readable.from(bytesOf(parts, paid), { objectMode: false });
}

async function* bytesOf(parts: AsyncIterable<Part>, { charge, cancellation, sent }: Paid): AsyncGenerator<Uint8Array> {
  let paying: Promise<void> = Promise.resolve();
  for await (const part of parts) {
    await paying;
    const { bytes, rows } = part as Chunk;
    const cost = Math.ceil(rows / rowsOfOne);
    sent.rows += rows;
    sent.cost += cost;
    // Asked for while the part is on its way: what it costs holds up the next one alone.
    paying = cost === 0 ? paying : pay(cost, charge, cancellation);
    paying.catch(() => {});
    if (bytes.length > 0) yield bytes;
  }
  await paying;
}

async function pay(cost: number, charge: Paid['charge'], cancellation: Cancellation): Promise<void> {
  for (;;) {
    const seconds = await charge(cost);
    if (seconds === 0) return;
    await cancellation.waitFor(sleep(Math.min(seconds * 1000, longestWaitMs)));
  }
}
