import type { ExecutionArgs, ExecutionResult } from 'graphql';

/** What an event of a subscription is for its root field. */
export type LiveValue = {
  /** What whoever goes on from here gives as `since`; null: nothing comes between two of its answers. */
  token: string | null;
};

/** What is done for a subscription: it is opened, once, and then each of its events is answered. */
export type LiveStep = { open: (asked: ExecutionArgs) => Promise<ExecutionResult> } | { event: LiveValue };
