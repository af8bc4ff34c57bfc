import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { refuseRaw } from './raw-refusal.ts';

// Of deliveries alone: at other doors who asks is told by headers, which are not read here.
const requestLine = /^(GET|POST) (\/webhooks(?:\/(?!\.\.?[/?])[\w.~-]+)+)\?([^\r\n]+) HTTP\/1\.[01]\r\n/;
const unescaped = /[^\x21-\x7e]/g;
const escaped = (byte: string) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * The URL of a delivery by GET, or by a POST without a body, whose query holds bytes that must be escaped and are not, such as a name in
 * Devanagari or a space: escaped. Null for anything else that is no HTTP.
 */
export function mendUrl(head: Buffer): string | null {
  const text = head.toString('latin1');
  const [, method, path, query] = requestLine.exec(text) ?? [];
  if (path === undefined || query === undefined) return null;
  if (method === 'POST' && /\r\n(?:content-length:[ \t]*0*[1-9]|transfer-encoding:)/i.test(text)) return null;
  const mended = query.replace(unescaped, escaped);
  return mended === query ? null : `${path}?${mended}`;
}

/** The name under which a request came; where there is none or more than one, a name that is nobody's. */
function hostIn(packet: Buffer): string {
  const [first, ...more] = packet.toString('latin1').matchAll(/\r\nhost:[ \t]*([^\s]+)/gi);
  return more.length === 0 && first?.[1] ? first[1] : 'unknown.invalid';
}

const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what Node's parser refuses: by the URL that it means, or as no HTTP. The connection ends. */
export async function answerUnparsed(
  app: FastifyInstance,
  { code = '', rawPacket }: { code?: string; rawPacket?: unknown },
  socket: Socket,
): Promise<void> {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const packet = Buffer.isBuffer(rawPacket) ? rawPacket : Buffer.alloc(0);
  const url = mendUrl(packet);
  const method = packet[0] === 0x50 ? ('POST' as const) : ('GET' as const);
  const request = url === null ? null : { method, url, headers: { host: hostIn(packet) } };
  const answer = request && (await app.inject(request).catch(() => null));
  const refusal = refuseRaw(statuses[code] ?? 400, { packet, socket });
  const { statusCode = refusal.status, headers = {}, body = refusal.body } = answer ?? {};
  const { 'content-type': type = refusal.type, 'retry-after': retryAfter } = headers;
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    `content-type: ${type}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  // Who goes on sending would keep it open for ever; so long they may read the answer.
  setTimeout(() => socket.destroy(), 1000).unref();
}
