import { AppError } from '../../errors.ts';
import { PlacesByPayer } from '../places-by-payer.ts';

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
  readonly #places: PlacesByPayer;

  constructor(limits: ExportLimits) {
    this.#limits = limits;
    this.#places = new PlacesByPayer(limits);
  }

  /** A place for an export; what is returned must be called once it has ended. RATE_LIMITED or OVERLOADED where there is none. */
  enter(payer: string): () => void {
    const place = this.#places.enter(payer);
    if (typeof place === 'function') return place;
    const { ofOne, ofAll } = this.#limits;
    const { fullFor, count } = place;
    if (fullFor === 'payer') {
      throw new AppError(
        'RATE_LIMITED',
        `${count} exports of this key or address run already. Allowed: ${ofOne} at once. Wait until one has ended.`,
        { limit: 'EXPORTS_PER_KEY', asked: count + 1, allowed: ofOne, retryAfterSeconds: 10 },
      );
    }
    const message = `${count} exports run already, which is all that may. Try again in a moment.`;
    throw new AppError('OVERLOADED', message, { limit: 'EXPORTS_AT_ONCE', allowed: ofAll, retryAfterSeconds: 10 });
  }
}
