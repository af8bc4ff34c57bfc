/** A reason not to start that the person at the keyboard can do something about: shown as one line, without a stack. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The one line that says why starting failed. */
export function startupLine(error: unknown): string {
  const reason = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (!(reason instanceof Error)) return String(reason);
  const cause = reason instanceof StartupError || !reason.cause ? reason : reason.cause;
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s*\n\s*/g, ' ').trim();
}
