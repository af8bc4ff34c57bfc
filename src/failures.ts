import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';
import { AppError } from './errors.ts';

/** What was thrown underneath: Drizzle wraps errors of the driver in one that carries SQL and parameter values. */
function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
// What pg says, as an error without a code, of a connection that was lost before or while it was used.
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error))/;
/**
 * Classes and codes: connection, operator intervention, out of resources, no such database, idle too long; and what is
 * over when it is tried again: serialization failures, deadlocks, locks that were not to be had.
 */
const awayStates = /^(08|57P|53|3D000|25P03|40001|40P01|55P03)/;

/** The expected failure that an error stands for; null if it is none. Database errors are told apart by SQLSTATE. */
export function expectedFailure(error: unknown): AppError | null {
  const cause = causeOf(error);
  if (cause instanceof AppError) return cause;
  if (cause instanceof pg.DatabaseError) {
    const { code = '' } = cause;
    if (code === '57014') {
      return new AppError(
        'TIMEOUT',
        'The question took too long. Narrow its range or filter, or ask for less at once.',
      );
    }
    return awayStates.test(code) ? unavailable() : null;
  }
  if (cause instanceof Error) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code && connectionCodes.has(code)) return unavailable();
    if (lostConnection.test(cause.message)) return unavailable();
  }
  return null;
}

function unavailable(): AppError {
  return new AppError('UNAVAILABLE', 'The database cannot be reached. Try again in a moment.');
}

/** What may be logged of an error: where it came from and its kind, but no message, for messages carry values. */
export function describeFailure(error: unknown): Record<string, unknown> {
  const cause = causeOf(error);
  if (!(cause instanceof Error)) return { kind: typeof cause };
  const stack = cause.stack?.split('\n').filter((line) => line.startsWith('    at '));
  const place =
    cause instanceof pg.DatabaseError
      ? { sqlstate: cause.code, table: cause.table, constraint: cause.constraint, routine: cause.routine }
      : {};
  return { kind: cause.name, ...place, stack };
}
