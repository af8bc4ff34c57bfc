/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** From 0 to below 1. */
  next: () => number;
  /** A whole number from 0 to below this. */
  below: (limit: number) => number;
  chance: (share: number) => boolean;
  normal: () => number;
  /** Mostly near the median, now and then far above it. */
  logNormal: (median: number, sigma: number) => number;
  exponential: (mean: number) => number;
};

const step = 0x6d2b79f5;

/** `from`: how much of the whole cycle of 2^32 numbers is left out at its start, for parts that are drawn apart. */
export function randomFrom(seed: number, from = 0): Random {
  let state = (seed + Math.imul(Math.floor(from * 2 ** 32), step)) >>> 0;
  const next = () => {
    state = (state + step) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    chance: (share) => next() < share,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}

/** Draws indexes with these weights. */
export function weightedChoice(weights: readonly number[]): (random: Random) => number {
  const sums: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    sums.push(sum);
  }
  return ({ next }) => {
    const wanted = next() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
