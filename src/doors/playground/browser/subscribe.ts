import type { FetcherParams, Observable } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { address, headersWithKey } from './ask-api.ts';
import { keptKey } from './kept-key.ts';

const forbidden = 4403;
const ends = new Set<() => void>();

/** Ends all subscriptions of the page: those of another key. */
export function endSubscriptions(): void {
  for (const end of [...ends]) end();
}

type Answers = Observable<ExecutionResult>;
type Sink = { next: (answer: ExecutionResult) => void; error: (told: readonly Told[]) => void; complete: () => void };

/**
 * Answers a subscription over a WebSocket of its own, with the kept key unless the reader sends one of their own as a header.
 * A connection that breaks off is an error: what came meanwhile would be missing, so its reader runs it again.
 */
export function subscribe(params: FetcherParams, headers: HeadersInit, onRefusedKey: () => void): Answers {
  const start = (sink: Sink) => {
    const client = createClient({
      url: socketAddress(),
      connectionParams: () => ({ headers: Object.fromEntries(headersWithKey(keptKey.read(), headers)) }),
      retryAttempts: 0,
    });
    const stop = client.subscribe<ExecutionResult['data'], ExecutionResult['extensions']>(params, {
      next: (answer) => sink.next(answer as ExecutionResult),
      error: (error) => {
        ends.delete(end);
        const told = toldOf(error);
        if (told.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) onRefusedKey();
        sink.error(told);
      },
      complete: () => {
        ends.delete(end);
        sink.complete();
      },
    });
    const end = () => {
      ends.delete(end);
      stop();
    };
    ends.add(end);
    return { unsubscribe: end };
  };
  // GraphiQL hands over all three at once.
  return { subscribe: start as Answers['subscribe'] };
}

type Told = { message: string; extensions?: { code?: unknown } };

/** Errors of the service as they are; of a connection why it was closed. */
function toldOf(error: unknown): readonly Told[] {
  if (Array.isArray(error)) return error;
  if (error instanceof CloseEvent) {
    const { code, reason } = error;
    const message = reason || 'The connection was refused, or has broken off. Run the subscription again.';
    return [{ message, extensions: { code: code === forbidden ? 'UNAUTHENTICATED' : `CLOSED_${code}` } }];
  }
  return [{ message: error instanceof Error ? error.message : 'The subscription cannot be asked.' }];
}

function socketAddress(): string {
  const url = new URL(address, location.origin);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}
