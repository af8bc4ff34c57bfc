import { maySee, type Viewer } from '../../access/viewer.ts';

/** How many deliveries this process has refused, and so not kept, of each account: bodies and query strings over the limit. */
export class Refusals {
  readonly #counts = new Map<number, number>();

  add(accountId: number): void {
    this.#counts.set(accountId, (this.#counts.get(accountId) ?? 0) + 1);
  }

  /** Of the accounts that a viewer may see, by account. */
  of(viewer: Viewer): (readonly [accountId: number, count: number])[] {
    return [...this.#counts].filter(([accountId]) => maySee(viewer, accountId));
  }
}
