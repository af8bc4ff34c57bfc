import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { LiveEvent } from '../../live/watcher.ts';

/** An event of a subscription. */
export type LiveValue = {
  /** What whoever goes on from here gives as `since`; null: it is asked anew, and nothing comes between two of its answers. */
  token: string | null;
  /** What became of a call; absent where it is asked anew. */
  happened?: LiveEvent;
};

/** What is told of a call: of an event its viewer may see. */
export type CallChange = { token: string; happened: LiveEvent };

/** What is done for a subscription: it is opened, once, and then each of its events is answered. */
export type LiveStep = { open: (asked: ExecutionArgs) => Promise<ExecutionResult> } | { event: LiveValue };
