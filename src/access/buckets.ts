const minuteMs = 60_000;
/** So many are known at once; the one that was not asked for longest is forgotten first, and is full again. */
const mostKnown = 10_000;

/** What fills in small parts is never quite full. */
const rounding = 1e-6;

type Bucket = { left: number; at: number };

/** Of each name a bucket that holds what is allowed in a minute, and fills steadily. */
export class Buckets {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `now`: in milliseconds, a clock that only goes on. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes so much if there is as much; else in how many seconds there will be, of which there is 1 at least. */
  take(name: string, perMinute: number, count: number): { waitSeconds: number } | null {
    const bucket = this.#bucketOf(name, perMinute);
    if (bucket.left + rounding < count) {
      return { waitSeconds: Math.max(1, Math.ceil(((count - bucket.left) / perMinute) * (minuteMs / 1000))) };
    }
    bucket.left -= count;
    return null;
  }

  /** Gives back what was not used; what was used beyond it is taken, whether it is there or not. */
  settle(name: string, perMinute: number, unused: number): void {
    const bucket = this.#bucketOf(name, perMinute);
    bucket.left = Math.min(perMinute, bucket.left + unused);
  }

  /** What is there, and in how many seconds it is full. */
  leftOf(name: string, perMinute: number): { left: number; fullInSeconds: number } {
    const { left } = this.#bucketOf(name, perMinute);
    return {
      left: Math.max(0, Math.floor(left)),
      fullInSeconds: Math.ceil(((perMinute - left) / perMinute) * (minuteMs / 1000)),
    };
  }

  #bucketOf(name: string, perMinute: number): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(name) ?? { left: perMinute, at: now };
    bucket.left = Math.min(perMinute, bucket.left + ((now - bucket.at) / minuteMs) * perMinute);
    bucket.at = now;
    // The one that was asked for last stands last.
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    const [oldest] = this.#buckets.size > mostKnown ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
