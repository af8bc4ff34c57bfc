import { Agent, request } from 'node:http';

/** An answer, how long it took and how large it is; the error's words where it is one, or came too late. */
export type Answer = { ms: number; bytes: number; data: unknown; error: string | null };

const agent = new Agent({ keepAlive: true });

const timeoutMs = 120_000;

/** Asks a GraphQL server over a connection that stays open. `apiKey`: presented with it. */
export function ask(port: number, body: unknown, apiKey?: string): Promise<Answer> {
  const text = JSON.stringify(body);
  const began = performance.now();
  const failed = (error: string): Answer => ({ ms: performance.now() - began, bytes: 0, data: null, error });
  return new Promise((resolve) => {
    const asked = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path: '/graphql',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...(apiKey && { 'x-api-key': apiKey }),
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', ({ message }) => resolve(failed(message)));
        response.on('end', () => {
          const ms = performance.now() - began;
          const bytes = Buffer.concat(parts);
          const said = readAnswer(bytes.toString());
          resolve({ ms, bytes: bytes.length, ...said });
        });
      },
    );
    asked.on('error', ({ message }) => resolve(failed(message)));
    asked.end(text);
  });
}

function readAnswer(text: string): Pick<Answer, 'data' | 'error'> {
  try {
    const { data = null, errors } = JSON.parse(text) as { data?: unknown; errors?: { message: string }[] };
    return { data, error: errors ? errors.map(({ message }) => message).join('; ') : null };
  } catch {
    return { data: null, error: text.slice(0, 200) };
  }
}
