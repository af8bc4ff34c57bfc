import { DrizzleQueryError } from 'drizzle-orm';
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
 * What a database cannot do just now and can do again once it is tried later, perhaps on another server. Classes and codes:
 * connection, operator intervention, out of resources (a full disk too), the server's own trouble with files, no such
 * database, idle too long, a server that only reads; and what is over when it is tried again: serialization failures,
 * deadlocks, locks that were not to be had. What a person must mend, such as a missing table or right, is none of these.
 */
const awayStates = /^(08|57P|53|58|3D000|25P03|25006|40001|40P01|55P03)/;
/** Data that do not fit: wrong values, broken constraints, more than the database takes. */
const dataStates = /^(22|23|54)/;

/**
 * Whether the delivery (or row) that was being written is itself what the database cannot take. Everything else, expected or
 * not, is no fault of the delivery: it must be refused, to be sent again.
 */
export function liesInDelivery(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof pg.DatabaseError && dataStates.test(cause.code ?? '');
}

/** The expected failure that an error stands for; null if it is none. Database errors are told apart by SQLSTATE. */
export function expectedFailure(error: unknown): AppError | null {
  const cause = causeOf(error);
  if (cause instanceof AppError) return cause;
  if (cause instanceof pg.DatabaseError) {
    const { code = '' } = cause;
    if (code === '57014') return tooLong(cause);
    return awayStates.test(code) ? unavailable(cause) : null;
  }
  return isLostConnection(cause) ? unavailable(cause) : null;
}

function isLostConnection(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false;
  const { code } = cause as NodeJS.ErrnoException;
  return (code !== undefined && connectionCodes.has(code)) || lostConnection.test(cause.message);
}

function tooLong(cause: Error): AppError {
  const message = 'The question took too long. Narrow its range or filter, or ask for less at once.';
  return new AppError('TIMEOUT', message, {}, { cause });
}

function unavailable(cause: Error): AppError {
  const message = isLostConnection(cause) || isAway(cause) ? 'cannot be reached' : 'cannot do this just now';
  return new AppError('UNAVAILABLE', `The database ${message}. Try again in a moment.`, {}, { cause });
}

function isAway(cause: Error): boolean {
  return cause instanceof pg.DatabaseError && /^(08|57P|3D000|25P03|53300)/.test(cause.code ?? '');
}

/** The SQLSTATE of an error of the database; null for any other. */
export function sqlstateOf(error: unknown): string | null {
  const cause = causeOf(error);
  return cause instanceof pg.DatabaseError ? (cause.code ?? null) : null;
}

/**
 * What may be logged of an error: its kind, its code or SQLSTATE and where it came from, but no message, for messages carry
 * values. Of an expected failure what it stands for is told.
 */
export function describeFailure(error: unknown): Record<string, unknown> {
  const cause = causeOf(error);
  if (!(cause instanceof Error)) return { kind: typeof cause };
  if (cause instanceof AppError && cause.cause instanceof Error) return describeFailure(cause.cause);
  const stack = cause.stack?.split('\n').filter((line) => line.startsWith('    at '));
  if (cause instanceof pg.DatabaseError) {
    const { code: sqlstate, table, constraint, routine } = cause;
    return { kind: cause.name, sqlstate, table, constraint, routine, stack };
  }
  const code = codeOf(cause);
  return { kind: cause.name, ...(code && { code }), stack };
}

/** An error's code where it is a word, such as ECONNREFUSED or ERR_WORKER_OUT_OF_MEMORY: those carry no values. */
function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  return isLostConnection(error) ? 'CONNECTION_LOST' : undefined;
}
