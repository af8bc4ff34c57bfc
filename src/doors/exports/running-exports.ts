import { AppError } from '../../errors.ts';

export type ExportLimits = {
  /** How many exports of one key, or of one address without a key, may run at once. */
  ofOne: number;
  /** How many of all together. */
  ofAll: number;
  /** How long one may take. */
  exportMs: number;
  /** A reader that takes nothing for so long is cut off. */
  stillMs: number;
};

/** Unless a setting says otherwise. */
export const defaultExportLimits: ExportLimits = { ofOne: 2, ofAll: 6, exportMs: 30 * 60_000, stillMs: 60_000 };

/** Counts the exports that run, which hold a connection and a snapshot each. */
export class RunningExports {
  readonly #limits: ExportLimits;
  readonly #ofPayer = new Map<string, number>();
  #count = 0;

  constructor(limits: ExportLimits) {
    this.#limits = limits;
  }

  /** A place for an export; what is returned must be called once it has ended. RATE_LIMITED or OVERLOADED where there is none. */
  enter(payer: string): () => void {
    const { ofOne, ofAll } = this.#limits;
    const own = this.#ofPayer.get(payer) ?? 0;
    if (own >= ofOne) {
      throw new AppError(
        'RATE_LIMITED',
        `${own} exports of this key or address run already. Allowed: ${ofOne} at once. Wait until one has ended.`,
        { limit: 'EXPORTS_PER_KEY', asked: own + 1, allowed: ofOne, retryAfterSeconds: 10 },
      );
    }
    if (this.#count >= ofAll) {
      const message = `${this.#count} exports run already, which is all that may. Try again in a moment.`;
      throw new AppError('OVERLOADED', message, { limit: 'EXPORTS_AT_ONCE', allowed: ofAll, retryAfterSeconds: 10 });
    }
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
