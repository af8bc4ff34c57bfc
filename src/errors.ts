/** The closed list of failures that a caller is told about; everything else is INTERNAL_SERVER_ERROR. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_EXPENSIVE'
  | 'TIMEOUT'
  | 'RATE_LIMITED'
  | 'TOKEN_TOO_OLD'
  | 'TOO_SLOW'
  | 'OVERLOADED'
  /** An operation that is answered elsewhere: a subscription as a question, or a question as a subscription. */
  | 'WRONG_TRANSPORT'
  | 'UNAVAILABLE';

/** An expected failure. Its message and details are shown to the caller: no personal data, no SQL. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** Where in the arguments a value stands, such as ["filter", "startedAt", "gte"]. */
export type ArgumentPath = readonly (string | number)[];

/** A value that a caller sent and we cannot take: says which, what was wrong with it and what is allowed. */
export function badInput(argument: ArgumentPath, problem: string, allowed: string): AppError {
  return new AppError('BAD_USER_INPUT', `${argument.join('.')}: ${problem}. Allowed: ${allowed}.`, {
    argument,
    allowed,
  });
}
