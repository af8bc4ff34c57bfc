import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { CallList, CallListQuestion } from '../providers/provider.ts';

/** Where and how the provider is asked. */
export type CallListSource = {
  /** Who is asked. */
  title: string;
  list: CallList;
  /** The address of its API. */
  url: string;
  authcode: string;
  /** A longer answer is none. */
  timeoutMs?: number;
  /** Before the second try; before each later one twice as long. */
  retryMs?: number;
};

const tries = 6;
const longestWaitMs = 60_000;

/**
 * One page of the provider's call list, as text; null if there are no rows on it. Tried again where the network, the
 * server or too many questions were in the way. UNAVAILABLE if it stays so, or if the provider refuses to answer. No message
 * holds the authcode.
 */
export async function fetchPage(
  { title, list, url, authcode, timeoutMs = 30_000, retryMs = 1000 }: CallListSource,
  question: Omit<CallListQuestion, 'authcode'>,
  signal?: AbortSignal,
): Promise<string | null> {
  const form = list.form({ authcode, ...question });
  for (let attempt = 1; ; attempt++) {
    const asked = await ask(new URL(list.path, url), form, { timeoutMs, signal });
    if ('text' in asked) {
      const answer = list.readAnswer(asked.text);
      if (answer === 'ROWS') return asked.text;
      if (answer === 'END') return null;
      if (answer !== null) {
        throw unavailable(`${title} refuses: ${JSON.stringify(answer.refusal.replaceAll(authcode, '***'))}.`);
      }
    }
    const problem = 'text' in asked ? 'its answer is no JSON' : asked.problem;
    signal?.throwIfAborted();
    if (attempt === tries || ('isFinal' in asked && asked.isFinal)) {
      throw unavailable(`${title}'s call list cannot be had: ${problem}.`);
    }
    const backOff = retryMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    const wait = 'waitMs' in asked ? Math.max(asked.waitMs ?? 0, backOff) : backOff;
    await sleep(Math.min(wait, longestWaitMs), undefined, { signal });
  }
}

type Asked = { text: string } | { problem: string; isFinal?: boolean; waitMs?: number };

async function ask(
  url: URL,
  body: URLSearchParams,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Asked> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      // Whoever it leads to must not get the authcode.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (answer.ok) return { text: await answer.text() };
    await answer.body?.cancel();
    const isFinal = answer.status < 500 && answer.status !== 429 && answer.status !== 408;
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    return { problem: `it answers ${answer.status}`, isFinal, ...(seconds > 0 && { waitMs: seconds * 1000 }) };
  } catch (error) {
    if (timeout.aborted) return { problem: `no answer within ${timeoutMs / 1000} s` };
    // The message of fetch itself says nothing; its cause has a code such as ECONNREFUSED.
    const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    return { problem: `no connection (${code ?? (error as Error).name})` };
  }
}

function unavailable(message: string): AppError {
  return new AppError('UNAVAILABLE', message);
}
