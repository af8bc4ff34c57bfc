import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ListRow = Record<string, string>;

export type CallListServer = {
  url: string;
  /** The newest first, as they are listed. */
  rows: ListRow[];
  /** The forms that were posted. */
  asked: URLSearchParams[];
  /** Answers in place of the list, if it returns true. */
  trouble: (answer: ServerResponse, asked: URLSearchParams, nth: number) => boolean;
  close: () => Promise<void>;
};

export const authcode = 'authcode-0123456789';

/** A server of the provider's call list over HTTP: pages of a range of days, and errors as HTTP 200. */
export async function startCallListServer(): Promise<CallListServer> {
  const state: Omit<CallListServer, 'url' | 'close'> = { rows: [], asked: [], trouble: () => false };
  const server = createServer((request, answer) => {
    void readBody(request).then((body) => {
      const form = new URLSearchParams(body);
      state.asked.push(form);
      if (state.trouble(answer, form, state.asked.length)) return;
      answer.setHeader('content-type', 'text/html; charset=UTF-8');
      const isRight = request.method === 'POST' && request.url === '/api/call_list_v2';
      answer.end(isRight ? list(state.rows, form) : error('unknown api'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function list(rows: readonly ListRow[], form: URLSearchParams): string {
  const page = Number(form.get('current_page'));
  const perPage = Number(form.get('per_page'));
  if (form.get('authcode') !== authcode) return error(`Invalid authcode ${form.get('authcode')}`);
  if (!(page >= 1) || !(perPage >= 20 && perPage <= 200)) return error('invalid page');
  const [from, to] = [form.get('start_date') ?? '', form.get('end_date') ?? ''];
  const found = rows.filter((row) => {
    const day = row.startdatetime?.slice(0, 10) ?? '';
    return day >= from && day <= to;
  });
  const shown = found.slice((page - 1) * perPage, page * perPage);
  if (shown.length === 0) return error('No record found');
  return JSON.stringify({ type: 'success', message: 'ok', total: found.length, result: shown });
}

function error(message: string): string {
  return JSON.stringify({ type: 'error', message });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
