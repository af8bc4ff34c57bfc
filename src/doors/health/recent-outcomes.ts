/** So long back it looks. */
const windowMs = 10_000;

/** What became of the deliveries of the last seconds: also finds out what no check thinks of. */
export class RecentOutcomes {
  #keptAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  kept(now = performance.now()): void {
    this.#keptAt = now;
  }

  failed(now = performance.now()): void {
    this.#failedAt = now;
  }

  /** Whether there were any in the last ten seconds, and none of them could be kept. */
  allFailed(now = performance.now()): boolean {
    return now - this.#failedAt < windowMs && now - this.#keptAt >= windowMs;
  }
}
