import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Reply = {
  status: number;
  headers: IncomingHttpHeaders;
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
};

/** A question by a client of its own: with a connection that it may drop, and an address of this machine. */
export type Asked = { reply: Promise<Reply>; leave: () => void };

export function askFrom(
  url: string,
  query: string,
  { address = '127.0.0.1', variables }: { address?: string; variables?: Record<string, unknown> } = {},
): Asked {
  const body = JSON.stringify({ query, variables });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const agent = new Agent({ maxSockets: 1 });
  const sent = request(`${url}/graphql`, { method: 'POST', headers, localAddress: address, agent });
  const reply = new Promise<Reply>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        agent.destroy();
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, ...JSON.parse(text) });
      });
    });
    sent.end(body);
  });
  reply.catch(() => {});
  return { reply, leave: () => sent.destroy() };
}
