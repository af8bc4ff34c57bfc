import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const longest = 64;
const hexId = /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const word = /^[\w-]+$/;
/** As long as a phone number: it would be in the log. */
const numberLike = /\d{7}/;

/**
 * By which id a request is told of, in its answer and in the log: that of its header X-Request-Id, if it is one; else a new one.
 * An id is a UUID, 32 hexadecimal digits, or 8 to 64 letters, digits, _ and - with fewer than seven digits in a row.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers['x-request-id'];
  if (typeof sent !== 'string' || sent.length > longest) return randomUUID();
  if (hexId.test(sent)) return sent;
  return sent.length >= 8 && word.test(sent) && !numberLike.test(sent) ? sent : randomUUID();
}
