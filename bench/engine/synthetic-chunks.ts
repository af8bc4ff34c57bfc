import { type Int32Column, int32Columns, type MomentColumn, momentColumns } from '../../src/columnar/columns.ts';
import { type CallClass, type Chunk, noValue } from '../../src/columnar/store/chunk.ts';

const dayMs = 86_400_000;

/** How many of what takes part. */
const agents = 300;
const campaigns = 40;
const groups = 20;
const numbers = 30;
const customers = 2_000_000;

/** A year of calls in chunks, the same for the same seed: busy days, lognormal talk, repeat callers. */
export function makeYear(calls: number, chunkSize: number, from: number): Chunk[] {
  const random = generator(42);
  const chunks: Chunk[] = [];
  const step = (365 * dayMs) / calls;
  for (let made = 0; made < calls; made += chunkSize) {
    const count = Math.min(chunkSize, calls - made);
    chunks.push(makeChunk(count, from + made * step, step, random, made + 1));
  }
  return chunks;
}

function makeChunk(count: number, from: number, step: number, random: () => number, firstId: number): Chunk {
  const classes = allClasses();
  const startedAt = Float64Array.from({ length: count }, (_, i) => Math.floor(from + i * step));
  const classCode = new Uint16Array(count);
  const columns = Object.fromEntries(int32Columns.map((name) => [name, new Int32Array(count).fill(noValue)])) as Record<
    Int32Column,
    Int32Array
  >;
  const moments = Object.fromEntries(
    momentColumns.map((name) => [name, new Float64Array(count).fill(Number.NaN)]),
  ) as Record<MomentColumn, Float64Array>;
  const coins = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const code = Math.floor(random() ** 3 * classes.length);
    const { outcome, direction } = classes[code] as CallClass;
    const start = startedAt[i] as number;
    classCode[i] = code;
    columns.agentId[i] = random() < 0.1 ? noValue : 1 + Math.floor(random() ** 2 * agents);
    columns.campaignId[i] = random() < 0.3 ? noValue : 1 + Math.floor(random() * campaigns);
    columns.callGroupId[i] = 1 + Math.floor(random() * groups);
    columns.virtualNumberId[i] = 1 + Math.floor(random() * numbers);
    columns.customerId[i] = 1 + Math.floor(random() ** 2 * customers);
    const wait = Math.floor(-Math.log(1 - random()) * 20);
    const talk = Math.floor(Math.exp(4.8 + 0.9 * gaussian(random)));
    moments.legAPickedAt[i] = start + 2000;
    moments.legBStartedAt[i] = start + 5000;
    if (direction === 'INBOUND') columns.waitSeconds[i] = wait;
    columns.ringSeconds[i] = Math.min(wait, 30);
    columns.ivrSeconds[i] = 3;
    columns.talkSeconds[i] = outcome === 'ANSWERED' ? talk : 0;
    columns.durationSeconds[i] = wait + 2 + (outcome === 'ANSWERED' ? talk : 0);
    if (outcome === 'ANSWERED') moments.answeredAt[i] = start + (2 + wait) * 1000;
    moments.endedAt[i] = start + (columns.durationSeconds[i] as number) * 1000;
    coins[i] = Math.floor(random() * 20);
  }
  const ids = Float64Array.from({ length: count }, (_, i) => firstId + i);
  const values = Array.from({ length: 20 }, (_, i) => (i === 0 ? null : String(i / 2)));
  return {
    accountId: 1,
    from: startedAt[0] as number,
    to: (startedAt[count - 1] as number) + 1,
    count,
    startedAt,
    classes,
    classCode,
    superseded: null,
    int32: (name) => columns[name],
    moment: (name) => moments[name],
    words: () => ({ codes: coins, values }),
    id: () => ids,
  };
}

function allClasses(): CallClass[] {
  const ends = [
    { disposition: 'ANSWERED', outcome: 'ANSWERED' },
    { disposition: 'NO_ANSWER', outcome: 'MISSED' },
    { disposition: 'ABANDONED', outcome: 'ABANDONED' },
    { disposition: 'BUSY', outcome: 'MISSED' },
    { disposition: 'CANCELED', outcome: 'IVR_ENDED' },
    { disposition: 'UNKNOWN', outcome: 'UNKNOWN' },
  ] as const;
  return ends.flatMap((end) =>
    (['INBOUND', 'OUTBOUND'] as const).flatMap((direction) =>
      [true, false].map((hasRecording) => ({
        direction,
        status: 'COMPLETED' as const,
        ...end,
        isLegAPicked: true,
        hasRecording,
      })),
    ),
  );
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers of [0, 1), the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
