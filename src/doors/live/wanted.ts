import { Cancellation } from '../../cancellation.ts';
import { AppError } from '../../errors.ts';

/** Why a subscription has ended. */
export type EndReason =
  /** There is nothing more to come. */
  | 'complete'
  /** Whoever asked wants no more, or has left. */
  | 'left'
  /** The key is not valid any more, or not the same. */
  | 'revoked'
  /** The reader took nothing for too long. */
  | 'too_slow'
  /** The service ends. */
  | 'stopping'
  /** The thread that answered is gone. */
  | 'lost'
  /** It was refused before it began. */
  | 'refused'
  /** It failed. */
  | 'failed';

/** A subscription as long as it is wanted, and why it is no longer. */
export class Wanted {
  readonly cancellation = new Cancellation();
  #why: EndReason | null = null;

  get why(): EndReason | null {
    return this.#why;
  }

  /** The first to end it says why. */
  end(why: EndReason, error?: AppError): void {
    if (this.#why !== null) return;
    this.#why = why;
    this.cancellation.cancel(error);
  }
}

/** What is told where the service ends. */
export const stopping = () => new AppError('UNAVAILABLE', 'The service is ending. Try again in a moment.');
