import type { EndReason } from './wanted.ts';

/** How answers of subscriptions are sent: over a WebSocket, or as server-sent events. */
export type LiveKind = 'ws' | 'sse';

/** Told of what goes on at the doors of subscriptions. */
export type LiveMeter = {
  /** A connection was opened (1) or closed (-1). */
  connected: (kind: LiveKind, by: 1 | -1) => void;
  /** The same for a subscription. */
  subscribed: (kind: LiveKind, by: 1 | -1) => void;
  /** An answer was sent. */
  sent: (kind: LiveKind) => void;
  /** A subscription has ended, or was refused. */
  ended: (kind: LiveKind, why: EndReason) => void;
};
