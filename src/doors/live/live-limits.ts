export type LiveLimits = {
  /** Open connections of subscriptions, WebSockets and streams together; one address may have half of them. */
  connections: number;
  /** WebSockets that have not said yet who asks; one address may have half of them. */
  unnamed: number;
  /** Subscriptions of one WebSocket. */
  ofConnection: number;
  /** Subscriptions of one key, or of one address without a key. */
  ofOne: number;
  /** Subscriptions of all together. */
  ofAll: number;
  /** A reader that takes nothing for so long, while something waits for it, is cut off. */
  stillMs: number;
  /** How long a subscription may take to begin. */
  openMs: number;
  /** How long a WebSocket may take to say who asks. */
  initMs: number;
  /** How often a connection is told that it is still open. */
  beatMs: number;
};

/** Unless a setting says otherwise. */
export const defaultLiveLimits: LiveLimits = {
  connections: 10_000,
  unnamed: 4_000,
  ofConnection: 100,
  ofOne: 2_000,
  ofAll: 10_000,
  stillMs: 30_000,
  openMs: 30_000,
  initMs: 10_000,
  beatMs: 12_000,
};
