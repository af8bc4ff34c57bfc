import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../../access/viewer.ts';
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

/** FORBIDDEN to a key for documents that the service holds: it holds none. */
export function refuseOthersDocuments({ documentsOnly }: Viewer): void {
  if (!documentsOnly) return;
  throw new AppError(
    'FORBIDDEN',
    'The key of this request is for documents that the service holds alone, and this version holds none. Use another key.',
    { missing: ['documents'] },
  );
}

function refused({ message, code, details }: AppError): GraphQLError {
  const { retryAfterSeconds } = details;
  const headers = new HeaderMap(retryAfterSeconds === undefined ? [] : [['retry-after', String(retryAfterSeconds)]]);
  return new GraphQLError(message, {
    extensions: { code, ...details, http: { status: statuses[code] ?? 400, headers } },
  });
}
