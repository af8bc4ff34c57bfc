import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export type ReadEvent = { event: string; id: string | null; data: unknown };

export type Events = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The whole body of what is no stream. */
  text: () => Promise<string>;
  /** The next event; null: the stream has ended, or was broken off. */
  next: () => Promise<ReadEvent | null>;
  /** Everything that has come so far, comments too. */
  received: () => string;
  /** Takes nothing more, without leaving. */
  pause: () => void;
  leave: () => void;
};

/** Opens a stream of events on a connection of its own, by POST where there is a body. */
export async function openEvents(
  url: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Events> {
  const asking = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    agent: false,
    headers: {
      accept: 'text/event-stream',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  asking.on('error', () => {});
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  const [reply] = (await once(asking, 'response')) as [IncomingMessage];
  let received = '';
  let read = 0;
  let hasEnded = false;
  let wake = () => {};
  reply.setEncoding('utf8');
  reply.on('data', (text: string) => {
    received += text;
    wake();
  });
  for (const end of ['end', 'close', 'error']) {
    reply.on(end, () => {
      hasEnded = true;
      wake();
    });
  }
  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers,
    text: async () => {
      while (!hasEnded) await change();
      return received;
    },
    received: () => received,
    next: async () => {
      for (;;) {
        const end = received.indexOf('\n\n', read);
        if (end < 0 && hasEnded) return null;
        if (end < 0) {
          await change();
          continue;
        }
        const event = eventIn(received.slice(read, end));
        read = end + 2;
        if (event) return event;
      }
    },
    pause: () => reply.pause(),
    leave: () => asking.destroy(),
  };
}

function eventIn(block: string): ReadEvent | null {
  const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]));
  const event = fields.get('event');
  if (event === undefined) return null;
  const data = fields.get('data') ?? '';
  return { event, id: fields.get('id') ?? null, data: data === '' ? null : JSON.parse(data) };
}
