import type { Cancellation } from '../../cancellation.ts';
import { Semaphore } from '../server/semaphore.ts';

/** So many events of one payer are answered at once: more would be done no sooner, and hold up what others ask. */
const ofOnePayer = 8;

/** Bounds how many events are being answered, of each payer by themselves. */
export class EventsAtOnce {
  readonly #payers = new Map<string, { semaphore: Semaphore; users: number }>();

  /** Settles when one more may be answered; what it gives must be called once it is. */
  async enter(payer: string, cancellation: Cancellation): Promise<() => void> {
    const own = this.#payers.get(payer) ?? { semaphore: new Semaphore(ofOnePayer), users: 0 };
    this.#payers.set(payer, own);
    own.users += 1;
    const gone = () => {
      own.users -= 1;
      if (own.users === 0) this.#payers.delete(payer);
    };
    try {
      const leave = await own.semaphore.take(cancellation);
      return () => {
        leave();
        gone();
      };
    } catch (error) {
      gone();
      throw error;
    }
  }
}
