/** Counts what runs for a long time, by who pays for it: one may have so many places, all together so many. */
export class PlacesByPayer {
  readonly #most: { ofOne: number; ofAll: number };
  readonly #ofPayer = new Map<string, number>();
  #count = 0;

  constructor(most: { ofOne: number; ofAll: number }) {
    this.#most = most;
  }

  /** A place, which what is returned gives back; or whose places are all taken, and how many there are. */
  enter(payer: string): (() => void) | { fullFor: 'payer' | 'all'; count: number } {
    const own = this.#ofPayer.get(payer) ?? 0;
    if (own >= this.#most.ofOne) return { fullFor: 'payer', count: own };
    if (this.#count >= this.#most.ofAll) return { fullFor: 'all', count: this.#count };
    this.#change(payer, 1);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.#change(payer, -1);
    };
  }

  #change(payer: string, by: 1 | -1): void {
    this.#count += by;
    const own = (this.#ofPayer.get(payer) ?? 0) + by;
    if (own > 0) this.#ofPayer.set(payer, own);
    else this.#ofPayer.delete(payer);
  }
}
