import type { Limits } from '../../access/limits.ts';
import { AppError } from '../../errors.ts';
import { holdJson, isRecord } from '../../graphql/limits/requested-operation.ts';
import { badMessage, type Close } from './close-codes.ts';

/** What a client of graphql-transport-ws says. */
export type SocketMessage =
  | { type: 'connection_init'; payload: Record<string, unknown> }
  | { type: 'ping'; payload: unknown }
  | { type: 'pong' }
  | { type: 'subscribe'; id: string; payload: Record<string, unknown> }
  | { type: 'complete'; id: string };

const longestId = 128;

/** Reads a message; what it is closed with, if it is none. Of GraphQL nothing is read here. */
export function readMessage(text: string, limits: Limits): SocketMessage | { close: Close } {
  let message: unknown;
  try {
    holdJson(text, limits, 'A message');
    message = JSON.parse(text);
  } catch (error) {
    return { close: badMessage(error instanceof AppError ? error.message : 'it is no JSON') };
  }
  if (!isRecord(message)) return { close: badMessage('it is no JSON object') };
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
      if (payload != null && !isRecord(payload)) return { close: badMessage('payload is no object') };
      return { type, payload: isRecord(payload) ? payload : {} };
    case 'ping':
      return { type, payload };
    case 'pong':
      return { type };
    case 'subscribe':
    case 'complete':
      if (typeof id !== 'string' || id === '' || id.length > longestId) {
        return { close: badMessage(`id must be a text of 1 to ${longestId} characters`) };
      }
      if (type === 'complete') return { type, id };
      if (!isRecord(payload)) return { close: badMessage('payload must be an object with a query') };
      return { type, id, payload };
    default:
      return { close: badMessage('type must be connection_init, ping, pong, subscribe or complete') };
  }
}

const ofKeys: Readonly<Record<string, string>> = {
  authorization: 'Authorization',
  'x-api-key': 'X-API-Key',
  apikey: 'X-API-Key',
};

/** The headers that tell who asks, as the payload of connection_init has them; of objects in it, `headers` too. */
export function headersOfKey(payload: Record<string, unknown>): string[] {
  const inner = isRecord(payload.headers) ? payload.headers : {};
  return [...Object.entries(inner), ...Object.entries(payload)].flatMap(([name, value]) => {
    const header = ofKeys[name.toLowerCase()];
    // As clients send what they have not.
    if (header === undefined || value === null || value === '') return [];
    return [header, typeof value === 'string' ? value : ''];
  });
}
