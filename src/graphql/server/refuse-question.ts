import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { AppError, type ErrorCode } from '../../errors.ts';

const statuses: Partial<Record<ErrorCode, number>> = { FORBIDDEN: 403, RATE_LIMITED: 429 };

/** Does what comes before a question is read as one; what it throws Apollo answers as it is, with a status of its own. */
export function orRefused(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof AppError ? refused(error) : error;
  }
}

function refused({ message, code, details }: AppError): GraphQLError {
  const { retryAfterSeconds } = details;
  const headers = new HeaderMap(retryAfterSeconds === undefined ? [] : [['retry-after', String(retryAfterSeconds)]]);
  return new GraphQLError(message, {
    extensions: { code, ...details, http: { status: statuses[code] ?? 400, headers } },
  });
}
