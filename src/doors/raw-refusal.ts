import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Headers and address of a request together, in bytes. */
export const maxHeaderBytes = 80 * 1024;
/** A request that is not there as a whole after so long is given up. */
export const receivingMs = 15_000;

export type RawRefusal = { status: number; type: string; body: string };

const told: Record<number, string> = {
  408: `The request was not there as a whole after ${receivingMs / 1000} s, which is all that it may take. Send it again.`,
  417: 'The header Expect asks for something that is not done. Allowed: 100-continue, or no such header.',
  431: `The request's headers and address are too long. Allowed: at most ${maxHeaderBytes / 1024} kB together. Send the document by POST.`,
};
const isGraphql = /^\/graphql\/?(?:\?|$)/;
const pathInLine = /^[A-Z]+ (\S+)/;

const underWay = new WeakMap<Socket, string>();

/** Notes which path a connection's request is for, since what Node refuses of its body comes without it. */
export function notePath({ socket, url }: Pick<IncomingMessage, 'socket' | 'url'>): void {
  underWay.set(socket, url ?? '');
}

/**
 * What is said of a request that reaches no door, in the form of GraphQL where it is for that door. Of a head that is too long or
 * not there as a whole Node tells nothing: that is told in this form too, for of all clients those of GraphQL read it.
 */
export function refuseRaw(status: number, { packet, socket }: { packet: Buffer; socket: Socket }): RawRefusal {
  const path = pathInLine.exec(packet.toString('latin1', 0, 200))?.[1] ?? underWay.get(socket);
  const isUnknown = path === undefined && told[status] !== undefined;
  return refusalAt(isUnknown ? '/graphql' : (path ?? ''), status, 'this cannot be read as HTTP\n');
}

/** Refuses what a request expects and nobody offers. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const { status, type, body } = refusalAt(request.url ?? '', 417, '');
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  // Its body is not read.
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }).end(body);
}

function refusalAt(path: string, status: number, plain: string): RawRefusal {
  if (!isGraphql.test(path)) return { status, type: 'text/plain', body: plain };
  const message = told[status] ?? 'This cannot be read as HTTP. Send a GET or a POST.';
  const body = `${JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] })}\n`;
  return { status, type: 'application/json; charset=utf-8', body };
}
