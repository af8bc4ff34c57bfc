import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { sql } from 'drizzle-orm';
import type { TestApp } from '../support/app.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export type Knock = {
  method?: string;
  /** As it is: nothing is encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** Sent in pieces, without saying how long it is. */
  isChunked?: boolean;
};

/** One request, with nothing added but a host and, unless chunked, a length. */
export function knock(
  { url }: TestApp,
  { method = 'POST', path, headers = {}, body, isChunked }: Knock,
): Promise<Answer> {
  const bytes = Buffer.from(body ?? '');
  const length = body === undefined || isChunked ? {} : { 'content-length': String(bytes.length) };
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { method, hostname, port, path, headers: { ...headers, ...length }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    if (isChunked) {
      for (let at = 0; at < bytes.length; at += 1000) sent.write(bytes.subarray(at, at + 1000));
      sent.end();
    } else sent.end(bytes);
  });
}

/** Sends bytes that no client library would send; the status and the body that come back. */
export function knockRaw({ url }: TestApp, head: Buffer | string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.concat([Buffer.from(head), Buffer.from('\r\nhost: x\r\nconnection: close\r\n\r\n')]));
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [first = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      resolve({ status: Number(first.split(' ')[1]), body: rest.join('\r\n\r\n') });
    });
  });
}

export type KeptEvent = {
  kind: string;
  form: string;
  state: string;
  reason: string | null;
  callSid: string | null;
  contentType: string | null;
  body: string;
};

/** What the inbox holds, in order of arrival; bodies as latin1, byte for byte. */
export async function keptEvents({ database }: TestApp): Promise<KeptEvent[]> {
  const { rows } = await database.db.execute<Omit<KeptEvent, 'body'> & { body: Buffer }>(sql`
    select kind, form, state, reason, call_sid as "callSid", content_type as "contentType", body
    from webhook_events order by received_at, arrival_number`);
  return rows.map((row) => ({ ...row, body: row.body.toString('latin1') }));
}

/** The newest of what the inbox holds. */
export async function lastKept(app: TestApp): Promise<KeptEvent> {
  const last = (await keptEvents(app)).at(-1);
  if (!last) throw new Error('the inbox is empty');
  return last;
}
