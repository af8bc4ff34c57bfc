import { receiptOf } from '../../access/log/receipt.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Answer } from './answers.ts';

/** An answer in GraphQL's form to a question that is not worked on, or no longer. */
export function refusal(
  status: number,
  { code, message, ...details }: { code: ErrorCode; message: string } & Record<string, unknown>,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    text: `${JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] })}\n`,
    receipt: receiptOf(code),
  };
}
