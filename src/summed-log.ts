/** A line about a failure: what is known of it, and what failed. */
export type FailureLog = Record<'error' | 'warn', (told: object, message: string) => void>;

type Cause = { count: number; told: object; timer: NodeJS.Timeout };

/** What tells one occurrence from another of the same cause. */
const ofOne = new Set(['requestId', 'path']);

/**
 * Tells of failures by their cause, so that a fault which every request meets does not fill the disk: the first at once, then
 * every ten seconds how many more there were, with what is known of the first of these. Causes are told apart by what failed
 * and its code, or where it has none by where it was thrown.
 */
export class SummedLog implements FailureLog {
  readonly #log: FailureLog;
  readonly #everyMs: number;
  readonly #causes = new Map<string, Cause>();

  constructor(log: FailureLog, everyMs = 10_000) {
    this.#log = log;
    this.#everyMs = everyMs;
  }

  error(told: object, message: string): void {
    this.#tell('error', told, message);
  }

  warn(told: object, message: string): void {
    this.#tell('warn', told, message);
  }

  /** Tells what has not been told yet. */
  close(): void {
    for (const [key, { timer }] of this.#causes) {
      clearInterval(timer);
      this.#sumUp(key);
    }
    this.#causes.clear();
  }

  #tell(level: 'error' | 'warn', told: object, message: string): void {
    const key = JSON.stringify([level, message, causeOf(told)]);
    const known = this.#causes.get(key);
    if (known) {
      if (known.count === 0) known.told = told;
      known.count += 1;
      return;
    }
    this.#log[level](told, message);
    const timer = setInterval(() => this.#sumUp(key), this.#everyMs).unref();
    this.#causes.set(key, { count: 0, told, timer });
  }

  #sumUp(key: string): void {
    const cause = this.#causes.get(key);
    if (!cause) return;
    const { count, told, timer } = cause;
    if (count === 0) {
      clearInterval(timer);
      this.#causes.delete(key);
      return;
    }
    const [level, message] = JSON.parse(key) as ['error' | 'warn', string];
    this.#log[level]({ ...told, count, seconds: this.#everyMs / 1000 }, message);
    cause.count = 0;
  }
}

/** What failures that are summed up together have in common. */
export function causeOf(told: object): unknown {
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) => {
      if (ofOne.has(name)) return [];
      return [[name, name === 'failure' && typeof value === 'object' && value ? ofFailure(value) : value]];
    }),
  );
}

function ofFailure({ stack, routine: _routine, ...failure }: Record<string, unknown>): unknown {
  if (failure.sqlstate ?? failure.code) return failure;
  return { ...failure, place: Array.isArray(stack) ? stack[0] : undefined };
}
