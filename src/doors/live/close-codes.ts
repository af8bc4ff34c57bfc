/** Why a WebSocket is closed: codes of RFC 6455, and of graphql-transport-ws from 4400 on. docs/live.md lists them. */
export const closeCodes = {
  /** Clients come again. */
  restart: { code: 1012, reason: 'Service Restart' },
  /** Clients come again, later. */
  tryLater: { code: 1013, reason: 'Try Again Later' },
  tooSlow: { code: 1013, reason: 'Too Slow: read faster, or subscribe to less' },
  tooMany: { code: 1008, reason: 'Too many messages' },
  unauthorized: { code: 4401, reason: 'Unauthorized' },
  forbidden: { code: 4403, reason: 'Forbidden' },
  wrongProtocol: { code: 4406, reason: 'Subprotocol not acceptable: use graphql-transport-ws' },
  initTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  tooManyInits: { code: 4429, reason: 'Too many initialisation requests' },
  tooManyWrongKeys: { code: 4429, reason: 'Too many wrong keys' },
} as const;

export type Close = { code: number; reason: string };

export const badMessage = (why: string): Close => ({ code: 4400, reason: `Invalid message: ${why}` });
export const idInUse = (id: string): Close => ({ code: 4409, reason: `Subscriber for ${id} already exists` });

/** A reason of a close may have 123 bytes. */
export function fitting(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > 120) text = text.slice(0, -1);
  return text;
}
